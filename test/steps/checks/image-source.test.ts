import { image } from '../builders.ts';
import { collect, json } from '../collect-world.ts';
import { incident } from '../incidents.ts';

/** What the registry is asked for, and what is kept of its answer. */
async function kept(of: Parameters<typeof incident>[0], registry: 'has it' | 'has none' = 'has it') {
  const asked: string[] = [];
  const view = { tags: [], pushedAt: null, bytes: null, platform: 'linux/amd64', mediaType: '', layers: [] };
  const manifest = async (_repository: string, digest: string) => {
    asked.push(digest);
    return registry === 'has it' ? { ...view, digest } : null;
  };
  const { objects, answer } = await collect(incident(of), { images: { manifest } });
  return { asked, answer, kept: json(objects, 'image.json') };
}

describe('the image of a release in its bundle', () => {
  it('is what the registry holds under the digest', async () => {
    expect(await kept({ image })).toMatchObject({ asked: [image.digest], kept: { digest: image.digest, platform: 'linux/amd64' } });
  });

  it('may be absent: that is evidence, and no gap in it', async () => {
    const { answer, kept: told } = await kept({ image }, 'has none');
    expect(told).toEqual({ repository: 'example', digest: image.digest, absent: 'the registry has no such image' });
    expect(answer.missing).toEqual([]);
  });

  it('is that of the build when it was not verified, and not asked for before there was one', async () => {
    const digest = `sha256:${'d'.repeat(64)}`;
    expect((await kept({ image: null, build: { digest } as never })).asked).toEqual([digest]);
    expect(await kept({ image: null, build: null })).toMatchObject({ asked: [], kept: null });
  });
});
