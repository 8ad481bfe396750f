import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { AppConfig } from '../config/app-config.js';

/** What a page of ours may use, and no page within it. All else is off. */
const OWN_FEATURES = [
  'autoplay',
  'camera',
  'clipboard-write',
  'display-capture',
  'fullscreen',
  'microphone',
  'picture-in-picture',
  'screen-wake-lock',
  'speaker-selection',
];
/** What browsers would let a page ask for, or simply do, that this one has no use for. Each is known to Chromium. */
const NO_FEATURES = [
  'accelerometer',
  'browsing-topics',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'midi',
  'otp-credentials',
  'payment',
  'publickey-credentials-get',
  'serial',
  'storage-access',
  'sync-xhr',
  'usb',
  'window-management',
  'xr-spatial-tracking',
];

const PERMISSIONS = [
  ...OWN_FEATURES.map((feature) => `${feature}=(self)`),
  ...NO_FEATURES.map((feature) => `${feature}=()`),
].join(', ');

/**
 * 'self' covers the signaling socket in newer browsers only. Policies know no IPv6 literals (browsers complain and
 * ignore them): there 'self' must do.
 */
const socketOrigins = (origins: readonly string[]): string[] =>
  origins.filter((origin) => !origin.includes('[')).map((origin) => origin.replace(/^http/, 'ws'));

/**
 * Pages load from here, talk to here, and run nothing that did not come as a file of ours, or was written into the page
 * when it was built.
 * @param written what was written into it, by its hash
 */
export function securityHeaders(
  config: Pick<AppConfig, 'publicOrigin' | 'allowedOrigins'>,
  written: readonly string[] = [],
): RequestHandler {
  const isHttps = config.publicOrigin.startsWith('https:');
  const secure = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        connectSrc: ["'self'", ...socketOrigins(config.allowedOrigins)],
        fontSrc: ["'self'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        manifestSrc: ["'self'"],
        mediaSrc: ["'self'", 'blob:', 'mediastream:'],
        requireTrustedTypesFor: ["'script'"],
        scriptSrc: ["'self'", ...written],
        styleSrc: ["'self'"],
        // Text never becomes a script or a part of the page. Vue has a policy for what its compiler made; the service
        // worker's address, one fixed text, has the other (client/src/pwa/worker-script.ts).
        trustedTypes: ['vue', 'worker'],
        workerSrc: ["'self'"],
        ...(isHttps ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: isHttps,
    // For browsers that are no more.
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
  });
  return (request, response, next) => {
    response.setHeader('permissions-policy', PERMISSIONS);
    // Whoever knows a link is invited; search engines are not.
    response.setHeader('x-robots-tag', 'noindex');
    secure(request, response, next);
  };
}

/**
 * For what is no page: nothing may be loaded by it or made of it, and nobody keeps it, unless who answers says otherwise.
 * Few bytes, for a call costs its operator hardly more than its headers. Nothing about who may embed it or read it: other
 * sites may not read what has no CORS headers, and whoever knows the id of a call may ask for it directly.
 */
export const dataHeaders: RequestHandler = (_request, response, next) => {
  response.setHeader('content-security-policy', "default-src 'none';frame-ancestors 'none'");
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('cache-control', 'no-store');
  next();
};
