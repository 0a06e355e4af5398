import { randomBytes } from 'node:crypto';
import { Source } from '../steps/contract/source.ts';
import type { Cloud } from './aws/cloud.ts';
import type { TagPush } from './aws/codecommit/codecommit.ts';
import type { Checkout } from './checkout.ts';
import type { OutsideWorld } from './world/outside-world.ts';
import { tellOfTag } from './world/workflow-run.ts';

/** The repository whose tags are released, where the table of stages says that it lies, with the released commit in it. */
export interface PlayedSource {
  /** Name of the repository, with its owner's at GitHub. */
  readonly repository: string;
  /** Pushes a tag, and lets the host tell the pipeline of it as it does. */
  push(push: Omit<TagPush, 'repositoryName'>): Promise<void>;
}

interface Place {
  readonly cloud: Cloud;
  readonly world: OutsideWorld;
  readonly checkout: Pick<Checkout, 'root' | 'commit'>;
  /** Outputs of the machine stack. */
  readonly pipeline: Readonly<Record<string, string>>;
}

export async function playSource(place: Place): Promise<PlayedSource> {
  const source = Source.parse(JSON.parse(place.pipeline['Source'] ?? ''));
  return source.host === 'github' ? atGitHub(source, place) : atCodeCommit(source.repository, place);
}

async function atCodeCommit(repository: string, { cloud: { codecommit }, checkout }: Place): Promise<PlayedSource> {
  await codecommit.create(repository);
  await codecommit.seed(repository, checkout.root, checkout.commit);
  return { repository, push: (push) => codecommit.pushTag({ repositoryName: repository, ...push }) };
}

async function atGitHub({ repository, tokenSecretName }: Extract<Source, { host: 'github' }>, place: Place): Promise<PlayedSource> {
  const { cloud, world, checkout, pipeline } = place;
  const { github } = world;
  const token = tokenSecretName ? `github_pat_${randomBytes(20).toString('hex')}` : null;
  if (tokenSecretName && token) cloud.secretsmanager.put(tokenSecretName, token);
  await github.seed(repository, checkout.root, checkout.commit, token);
  // Who tests the door has no run of a workflow that would get a token: here one is asked for, for any repository and ref.
  cloud.wire.route('/_github/token', async (request, response) => {
    const asked = Object.fromEntries(new URL(request.url ?? '', 'http://localhost').searchParams);
    response.end(await github.issuer.issue({ repository, ref: 'refs/heads/main', ...asked }));
  });
  const run = { endpoint: cloud.world.endpoint(), region: cloud.world.region, roleArn: pipeline['WorkflowRole'] ?? '', repository };
  return {
    repository,
    async push({ tag, commit, message, force }) {
      await github.pushTag({ repository, tag, commit, ...(message && { message }), ...(force && { force }) });
      await tellOfTag(github, { ...run, tag, ...(pipeline['WorkflowSubject'] && { subject: pipeline['WorkflowSubject'] }) });
    },
  };
}
