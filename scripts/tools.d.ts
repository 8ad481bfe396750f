export declare function findChromium(): string | undefined;
export declare function findFirefox(): string | undefined;
export declare function findPostgresFolder(): string | undefined;
export declare function findPromtool(): string | undefined;
export declare function canMakeNetworks(): boolean;
export interface Kustomize {
  readonly command: string;
  readonly args: readonly string[];
}
export declare function findKustomizes(): Kustomize[];
