/**
 * A page of runbooks/: what a person does about one cause. The same text is read by people, printed by `release incident` and quoted by the
 * incident report, so its shape is a contract.
 */
import * as z from 'zod';
import { Cause } from './causes.ts';

/** File name in runbooks/: SecretKeyMissing → `secret-key-missing.md`. */
export const pageName = (cause: Cause) => `${cause.replace(/(?<=.)([A-Z])/g, '-$1').toLowerCase()}.md`;

/**
 * What a page's commands may need to know of a release. A page sets those that it uses in its first block (`TAG=v1.4.0 STAGE=staging`, sample
 * values) and names them `$TAG` from there on: whoever reads the raw page sets them once.
 */
export const runbookInputs = {
  TAG: 'the tag',
  NEXT: 'the next patch version: what a mended tag is called',
  COMMIT: 'the commit that the tag was first pushed as',
  RELEASE: 'the name of its execution: <tag>-<commit 7>-<attempt>',
  STAGE: 'the stage',
  SECRET: "name of the stage's secret",
  STACK: "the stage's Service stack",
  FOUNDATION: "the stage's foundation stack",
  QUILT: 'ARN of the Quilt stack that the stage reads',
  CLUSTER: "ARN of the stage's ECS cluster",
  SERVICE: "ARN of the stage's ECS service",
  LOGS: "log group of the stage's service",
  URL: "address of the stage's load balancer, without a trailing slash",
  BUCKET: 'the diagnostics bucket',
  PREFIX: "folder of the failure's bundle in it",
  IMAGES: "name of the images' registry repository",
  REPOSITORY: 'name of the CodeCommit repository',
} as const;
export type RunbookInput = keyof typeof runbookInputs;

export const sectionNames = ['Meaning', 'Impact', 'Check', 'Fix', 'Verify', 'If that fails'] as const;
export type SectionName = (typeof sectionNames)[number];

export const FrontMatter = z.strictObject({
  /** One line, as in an index. */
  title: z.string().min(1),
  cause: Cause,
  /** `page`: wakes somebody up, production may be hurt or a stage is blocked; `ticket`: the next working day will do. */
  severity: z.enum(['page', 'ticket']),
  /** The role that mends it. */
  owner: z.enum(['on-call engineer', 'release author', 'secret owner', 'platform engineer', 'approver']),
  /** What `release rehearse --fault` shows it with. */
  fault: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
});
export type FrontMatter = z.infer<typeof FrontMatter>;

export interface Runbook {
  about: FrontMatter;
  /** Names that the first block sets. */
  inputs: string[];
  /** Markdown of each section, without its heading. */
  sections: Record<SectionName, string>;
}

const page = /^---\n(?<front>.*?)\n---\n(?<intro>.*?)(?=^## )(?<body>.*)$/ms;
const inputsBlock = /^```sh\n(?<lines>(?:[A-Z]+=.*\n)+)```$/m;
const assignment = /\b([A-Z]+)=(\S*)/g;

/** Throws when the text is no page of this shape: pages are tested, so only a page that was changed by hand is. */
export function parseRunbook(text: string): Runbook {
  const { front, intro, body } = page.exec(text)?.groups ?? {};
  if (front === undefined || intro === undefined || body === undefined) throw new Error('no front matter, or no section');
  const parts = body.split(/^## (.+)\n/m).slice(1);
  const found = Object.fromEntries(parts.flatMap((name, index) => (index % 2 ? [] : [[name, (parts[index + 1] ?? '').trim()]])));
  return {
    // Flat, and every value plain text: each line is a key, a colon and the rest.
    about: FrontMatter.parse(Object.fromEntries(front.split('\n').map((line) => line.split(/: (.*)/).slice(0, 2)))),
    inputs: [...(inputsBlock.exec(intro)?.groups?.['lines'] ?? '').matchAll(assignment)].map(([, name]) => name!),
    sections: z.record(z.enum(sectionNames), z.string()).parse(found),
  };
}

/** Nothing in it means anything to a shell. */
const plain = /^[\w@%+=:,./-]+$/;

/**
 * The page with a release's own values: in the first block, and wherever a command names them. What is not known leaves a gap to see. A
 * value that a shell could read as more than a word (tags are outside data) stands quoted in the first block, and nowhere else.
 */
export function fillIn(text: string, values: Partial<Record<RunbookInput, string>>): string {
  const known = new Map(Object.entries(values).filter(([, value]) => !/\p{Cc}/u.test(value)));
  return text
    .replace(/\$(?:\{([A-Z]+)\}|([A-Z]+)\b)/g, (whole, braced?: string, bare?: string) => {
      const value = known.get(braced ?? bare ?? '');
      return value !== undefined && plain.test(value) ? value : whole;
    })
    .replace(inputsBlock, (block) => block.replace(assignment, (_, name: string) => `${name}=${shellWord(known.get(name) ?? '')}`));
}

/** The value as one word of a shell's command. */
export const shellWord = (value: string) => (value === '' || plain.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`);
