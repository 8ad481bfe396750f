export declare const root: string;
export declare function ensureBuilt(say: (sentence: string) => void): Promise<void>;
