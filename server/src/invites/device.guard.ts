import type { IncomingMessage } from 'node:http';
import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { unknownDevice } from '../ops/problem.js';
import type { DeviceCredentials } from '../protocol/index.js';
import { Devices } from './devices.js';

const BEARER = /^Bearer +([\w-]{1,64})\.([\w-]{1,64})$/i;

/** Which device made a request; only what passed `DeviceGuard` is in it. */
const known = new WeakMap<IncomingMessage, string>();

function credentialsOf({ headers }: IncomingMessage): DeviceCredentials | null {
  const [, deviceId, deviceSecret] = BEARER.exec(headers.authorization ?? '') ?? [];
  return deviceId === undefined || deviceSecret === undefined ? null : { deviceId, deviceSecret };
}

/** Lets in who shows to be a device: `Authorization: Bearer <deviceId>.<deviceSecret>`. */
@Injectable()
export class DeviceGuard implements CanActivate {
  constructor(private readonly devices: Devices) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<IncomingMessage>();
    const credentials = credentialsOf(request);
    if (!credentials || !(await this.devices.know(credentials))) throw unknownDevice();
    known.set(request, credentials.deviceId);
    return true;
  }
}

/** The id of the device that asks. */
export const OwnDevice = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const deviceId = known.get(context.switchToHttp().getRequest<IncomingMessage>());
  if (deviceId === undefined) throw unknownDevice();
  return deviceId;
});
