export interface ProcessImage {
  /** Where the image is unpacked. */
  root: string;
  /** The `config` member of the image's configuration. */
  config: { Entrypoint?: string[]; Cmd?: string[]; Env?: string[]; WorkingDir?: string; User?: string };
  /** Replaces the image's command. */
  args?: readonly string[];
  entrypoint?: string;
  env?: Readonly<Record<string, string>>;
  /** A folder of the container's own: its TMPDIR. */
  temporary: string;
}
export declare function processOf(image: ProcessImage): { command: string[]; cwd: string; env: Record<string, string> };
