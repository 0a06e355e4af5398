import { EventEmitter } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Admission } from '../../../container/src/routes/admission.ts';
import { CountedMetrics } from '../work/fakes.ts';

const megabyte = 1024 * 1024;

/** A door, and requests that come to it: each is let in, or answered with a status. */
function door() {
  const metrics = new CountedMetrics();
  const admission = new Admission(metrics, megabyte);
  const come = async (length?: string) => {
    const raw = new EventEmitter();
    const answer: { status?: number; headers: Record<string, string> } = { headers: {} };
    const reply = {
      raw,
      send: () => reply,
      code(status: number) {
        answer.status = status;
        return reply;
      },
      header(name: string, value: string) {
        answer.headers[name] = value;
        return reply;
      },
    };
    const headers = length === undefined ? {} : { 'content-length': length };
    await admission.admit({ headers } as unknown as FastifyRequest, reply as unknown as FastifyReply);
    return { ...answer, leave: () => raw.emit('close') };
  };
  return { come, metrics };
}

describe('who is let in', () => {
  it('is everybody until too many are, who are told when to come again and to hang up', async () => {
    const { come, metrics } = door();
    const inside = [];
    for (let request = 0; request < 512; request++) inside.push(await come('100'));
    expect(inside.every(({ status }) => status === undefined)).toBe(true);
    expect(await come('100')).toMatchObject({ status: 503, headers: { 'retry-after': '1', connection: 'close' } });
    expect(metrics.added).toEqual({ Overloaded: 1 });
    inside[0]?.leave();
    expect((await come('100')).status).toBeUndefined();
  });

  it.each([
    ['the length that is announced', '1048576'],
    ['the most that a body may have, when none is announced', undefined],
    ['the most that a body may have, when a lie is announced', '99999999999'],
    ['the most that a body may have, when nonsense is announced', 'many'],
  ])('is weighed by %s', async (_, length) => {
    const { come } = door();
    for (let request = 0; request < 64; request++) expect((await come(length)).status).toBeUndefined();
    expect((await come('1')).status).toBe(503);
  });
});
