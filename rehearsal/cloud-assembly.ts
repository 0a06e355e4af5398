import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly artifacts: Readonly<Record<string, { readonly type: string; readonly dependencies?: readonly string[] }>>;
}
interface AssetManifest {
  readonly files?: Readonly<Record<string, Asset>>;
  readonly dockerImages?: Readonly<Record<string, unknown>>;
}
interface Asset {
  readonly source: { readonly path: string; readonly packaging: 'zip' | 'file' };
  readonly destinations: Readonly<Record<string, { readonly bucketName: string; readonly objectKey: string }>>;
}

/** What `cdk synth` leaves, read as `cdk deploy` reads it. */
export class CloudAssembly {
  private readonly directory: string;
  private readonly manifest: Manifest;
  /** `bucket/key` of a published directory → the directory. */
  private readonly directories = new Map<string, string>();

  constructor(directory: string) {
    this.directory = directory;
    this.manifest = this.read('manifest.json') as Manifest;
  }

  /** Names of all stacks, each after those it depends on. */
  stacks(): string[] {
    const sorted: string[] = [];
    const visit = (name: string) => {
      const artifact = this.manifest.artifacts[name];
      if (artifact?.type !== 'aws:cloudformation:stack' || sorted.includes(name)) return;
      artifact.dependencies?.forEach(visit);
      sorted.push(name);
    };
    Object.keys(this.manifest.artifacts).forEach(visit);
    return sorted;
  }

  template(stack: string): string {
    return readFileSync(join(this.directory, `${stack}.template.json`), 'utf8');
  }

  /** Value of an output that holds no reference, so that it is known before anything is deployed. */
  literalOutput(stack: string, output: string): string {
    const { Outputs } = JSON.parse(this.template(stack)) as { Outputs?: Record<string, { Value: unknown }> };
    const value = Outputs?.[output]?.Value;
    if (typeof value !== 'string') throw new Error(`${stack} has no literal output ${output}`);
    return value;
  }

  /**
   * Publishes the assets of some stacks. Directories are not zipped: Lambda here runs them where they are. Templates are left out, as
   * the rehearsal deploys them directly.
   */
  publish(stacks: readonly string[], { account, region }: { account: string; region: string }): void {
    for (const stack of stacks) {
      const { files = {}, dockerImages = {} } = this.read(`${stack}.assets.json`) as AssetManifest;
      const [image] = Object.keys(dockerImages);
      if (image) throw new Error(`${stack} has a Docker image asset (${image}): images come from the build of a tag here`);
      for (const { source, destinations } of Object.values(files)) {
        if (source.packaging !== 'zip') continue;
        for (const { bucketName, objectKey } of Object.values(destinations)) {
          const bucket = bucketName.replace('${AWS::AccountId}', account).replace('${AWS::Region}', region);
          this.directories.set(`${bucket}/${objectKey}`, join(this.directory, source.path));
        }
      }
    }
  }

  /** The directory that was published under this key; undefined when none was. */
  directoryOf(bucket: string, key: string): string | undefined {
    return this.directories.get(`${bucket}/${key}`);
  }

  private read(file: string): unknown {
    return JSON.parse(readFileSync(join(this.directory, file), 'utf8'));
  }
}
