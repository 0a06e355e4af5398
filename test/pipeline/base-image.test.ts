import { App, Stack } from 'aws-cdk-lib';
import { warnOfMovingBase } from '../../pipeline/base-image.ts';

const warnings = (baseImage: string) => {
  const stack = new Stack(new App(), 'Example');
  warnOfMovingBase(stack, baseImage);
  return stack.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data));
};

it.each(['example/node:24-slim', 'example/node', 'example/node@sha256:0123'])(
  'a synth warns of the base image %s, and says what to do',
  (baseImage) => {
    expect(warnings(baseImage)).toEqual([expect.stringContaining(`${baseImage} is no digest`)]);
    expect(warnings(baseImage)[0]).toContain(`docker buildx imagetools inspect ${baseImage}`);
  },
);

it('a synth is content with a base image that is pinned by digest', () => {
  expect(warnings(`example/node:24-slim@sha256:${'0'.repeat(64)}`)).toEqual([]);
});
