export interface DeviceInfo {
  readonly deviceId: string;
  /** Empty until permission was given. */
  readonly label: string;
}

export interface DeviceLists {
  readonly cameras: readonly DeviceInfo[];
  readonly microphones: readonly DeviceInfo[];
  readonly speakers: readonly DeviceInfo[];
}

/** What can be chosen of what the browser names. */
export function listsOf(named: readonly MediaDeviceInfo[]): DeviceLists {
  const of = (kind: MediaDeviceKind): DeviceInfo[] =>
    named
      // Before permission browsers tell only that there is something, without an id.
      .filter((device) => device.kind === kind && device.deviceId !== '')
      .map(({ deviceId, label }) => ({ deviceId, label }));
  return { cameras: of('videoinput'), microphones: of('audioinput'), speakers: of('audiooutput') };
}
