import { bad, good, isBase64Url, type Decoded, type Fields } from './decode.js';

// Apart from rings.ts, of which a call's page needs nothing: the frames of a call name only this.

export const DEVICE_ID_BYTES = 16;
export const DEVICE_SECRET_BYTES = 32;

/** What proves to the server that this is the device that made its ring links. */
export interface DeviceCredentials {
  readonly deviceId: string;
  readonly deviceSecret: string;
}

/** Browser → server, instead of `enter`: an open page of a device, which wants to hear who rings. */
export interface AttendFrame {
  readonly event: 'attend';
  readonly data: DeviceCredentials;
}

export function decodeAttend({ deviceId, deviceSecret }: Fields): Decoded<AttendFrame> {
  return isBase64Url(deviceId, DEVICE_ID_BYTES) && isBase64Url(deviceSecret, DEVICE_SECRET_BYTES)
    ? good({ event: 'attend', data: { deviceId, deviceSecret } })
    : bad('"attend" needs "deviceId" (22 characters) and "deviceSecret" (43 characters).');
}
