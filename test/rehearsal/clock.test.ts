import { Clock } from '../../rehearsal/clock.ts';

describe('the clock of a rehearsal', () => {
  it('ends a wait that is under way earlier when its scale becomes smaller', async () => {
    const clock = new Clock(1);
    const waiting = clock.wait(24 * 3600);
    clock.scale = 1e-7;
    await waiting;
  });

  it('does not end a wait for a change of scale alone', async () => {
    const clock = new Clock(1e-6);
    const over = new AbortController();
    const waiting = clock.wait(1e6, over.signal);
    clock.scale = 1;
    over.abort(new Error('given up'));
    await expect(waiting).rejects.toThrow('given up');
  });

  it('waits for what no timer of Node can hold, once its scale is small enough', async () => {
    const clock = new Clock(1);
    const waiting = clock.wait(3 * 365 * 24 * 3600);
    clock.scale = 1e-10;
    await waiting;
  });

  it('skips time for what waits for longer than that alone', async () => {
    const clock = new Clock(1);
    const over = new AbortController();
    let ended = false;
    const short = clock.wait(3600, over.signal).finally(() => {
      ended = true;
    });
    const long = clock.wait(24 * 3600);
    clock.skip(24 * 3600 - 0.01);
    await long;
    expect(ended).toBe(false);
    over.abort(new Error('given up'));
    await expect(short).rejects.toThrow('given up');
  });

  it('rejects a wait whose signal is aborted', async () => {
    await expect(new Clock().wait(1, AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up');
  });

  it('begins a timer anew when it is told to', async () => {
    const clock = new Clock(1);
    const passed = new Promise<void>((resolve) => {
      const timer = clock.timer(3600, resolve);
      timer.restart();
    });
    clock.scale = 1e-7;
    await passed;
  });

  it('never calls a timer that was cleared', async () => {
    const clock = new Clock(1e-6);
    let called = false;
    clock
      .timer(1000, () => {
        called = true;
      })
      .clear();
    await clock.wait(2000);
    expect(called).toBe(false);
  });

  it.each([0, -1, Number.NaN])('refuses a scale of %p', (scale) => {
    expect(() => new Clock(scale)).toThrow(RangeError);
  });
});
