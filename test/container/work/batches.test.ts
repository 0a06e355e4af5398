import { Batches } from '../../../container/src/work/batches.ts';

/** A sender whose batches are answered by hand. */
function byHand() {
  const sent: { items: readonly number[]; answer: (errors?: (Error | undefined)[]) => void; fail: (error: Error) => void }[] = [];
  const batches = new Batches<number>(
    (items) =>
      new Promise((resolve, reject) =>
        sent.push({ items, answer: (errors = items.map(() => undefined)) => resolve(errors), fail: reject }),
      ),
  );
  return { sent, batches };
}
const turns = async (count = 3) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('batches', () => {
  it('send a single item at once', async () => {
    const { sent, batches } = byHand();
    const added = batches.add(1);
    await turns();
    expect(sent.map(({ items }) => items)).toEqual([[1]]);
    sent[0]!.answer();
    await added;
  });

  it('gather what arrives together, ten at most, and what arrives while enough are on their way', async () => {
    const { sent, batches } = byHand();
    const added = Array.from({ length: 47 }, (_, item) => batches.add(item));
    await turns();
    expect(sent.map(({ items }) => items.length)).toEqual([10, 10, 10, 10]);
    sent[0]!.answer();
    await turns();
    expect(sent.map(({ items }) => items.length)).toEqual([10, 10, 10, 10, 7]);
    for (const { answer } of sent.slice(1)) answer();
    await Promise.all(added);
  });

  it('tell each item what became of itself', async () => {
    const { sent, batches } = byHand();
    const added = [batches.add(1), batches.add(2)];
    await turns();
    sent[0]!.answer([undefined, new Error('example')]);
    expect(await Promise.allSettled(added)).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { message: 'example' } },
    ]);
  });

  it('refuse all of a batch that did not get through, and go on', async () => {
    const { sent, batches } = byHand();
    const added = [batches.add(1), batches.add(2)];
    await turns();
    sent[0]!.fail(new Error('example'));
    expect(await Promise.allSettled(added)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    const next = batches.add(3);
    await turns();
    sent[1]!.answer();
    await next;
  });
});
