import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * A certificate that nobody vouches for, and its key, as files in this folder.
 * @param names whom it is for, as openssl writes them: `IP:127.0.0.1`, `DNS:localhost`
 */
export function selfSigned(folder: string, ...names: readonly string[]): { cert: string; key: string } {
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const name = ['-subj', '/CN=o to o', '-addext', `subjectAltName=${names.join(',')}`];
  const out = ['-keyout', files.key, '-out', files.cert];
  execFileSync('openssl', ['req', ...kind, ...name, ...out], { stdio: 'pipe' });
  return files;
}
