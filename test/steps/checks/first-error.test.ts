import fc from 'fast-check';
import { firstErrorOf } from '../../../steps/checks/first-error.ts';

const lines = (text: string) => text.replace(/^\n/, '').replace(/\n$/, '').split('\n');
const read = (text: string) => {
  const found = firstErrorOf(lines(text));
  return found && { error: found.error, at: found.at, shown: found.lines.map((index) => lines(text)[index]) };
};

describe('the error in a log of Python', () => {
  it('is the last line of the trace, at the innermost frame of its own code', () => {
    expect(
      read(`
INFO starting
Traceback (most recent call last):
  File "/app/main.py", line 12, in <module>
    serve()
  File "/app/config.py", line 40, in serve
    port = int(os.environ["PORT"])
           ^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/local/lib/python3.12/os.py", line 685, in __getitem__
    raise KeyError(key) from None
KeyError: 'PORT'
`),
    ).toEqual({
      error: "KeyError: 'PORT'",
      at: '/app/config.py:40 in serve',
      shown: ['Traceback (most recent call last):', '  File "/app/config.py", line 40, in serve', "KeyError: 'PORT'"],
    });
  });

  it('of a chain is the one that began it', () => {
    expect(
      read(`
Traceback (most recent call last):
  File "/app/main.py", line 3, in read
    open(path)
FileNotFoundError: [Errno 2] No such file or directory: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/main.py", line 9, in <module>
    read()
RuntimeError: no configuration
`),
    ).toMatchObject({
      error: "FileNotFoundError: [Errno 2] No such file or directory: 'x', which led to RuntimeError: no configuration",
      at: '/app/main.py:3 in read',
    });
  });

  it('may be in the syntax of the file itself', () => {
    expect(read('  File "/app/main.py", line 3\n    serve(\n         ^\nSyntaxError: \'(\' was never closed')).toMatchObject({
      error: "SyntaxError: '(' was never closed",
      at: '/app/main.py:3',
    });
  });

  it('is not known when the log ends in the midst of the trace', () => {
    expect(read('Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    serve()')).toBeNull();
  });
});

describe('the error in a log of Node', () => {
  it('stands below the line that it stopped at', () => {
    expect(
      read(`
file:///app/server.mjs:12
  throw new TypeError('port');
        ^

TypeError: port
    at start (file:///app/server.mjs:12:9)
    at ModuleJob.run (node:internal/modules/esm/module_job:234:25)

Node.js v20.20.2
`),
    ).toEqual({
      error: 'TypeError: port',
      at: '/app/server.mjs:12:9 in start',
      shown: ['file:///app/server.mjs:12', 'TypeError: port', '    at start (file:///app/server.mjs:12:9)'],
    });
  });

  it("is told at Node's own place when none of the program is in the trace", () => {
    expect(
      read(`
node:internal/modules/cjs/loader:1148
  throw err;
  ^

Error: Cannot find module '/app/server.js'
    at Module._resolveFilename (node:internal/modules/cjs/loader:1145:15)
    at Module._load (node:internal/modules/cjs/loader:986:27) {
  code: 'MODULE_NOT_FOUND',
  requireStack: []
}
`),
    ).toMatchObject({
      error: "Error: Cannot find module '/app/server.js'",
      at: 'node:internal/modules/cjs/loader:1145:15 in Module._resolveFilename',
    });
  });

  it('in the syntax of a file is at that file', () => {
    expect(
      read(`
/app/server.js:3
const = 1;
      ^

SyntaxError: Unexpected token '='
    at wrapSafe (node:internal/modules/cjs/loader:1378:20)
`),
    ).toMatchObject({ error: "SyntaxError: Unexpected token '='", at: '/app/server.js:3' });
  });

  it('may be in a program that stands on the command line', () => {
    expect(
      read(
        '[eval]:1\nsettings.port;\n         ^\n\nTypeError: no port\n    at Timeout._onTimeout ([eval]:1:9)\n    at listOnTimeout (node:internal/timers:581:17)',
      ),
    ).toEqual({
      error: 'TypeError: no port',
      at: '[eval]:1:9 in Timeout._onTimeout',
      shown: ['[eval]:1', 'TypeError: no port', '    at Timeout._onTimeout ([eval]:1:9)'],
    });
  });

  it('is whatever was thrown, a text too', () => {
    expect(
      read(
        "node:internal/process/esm_loader:97\n    internalBinding('errors').triggerUncaughtException(\n                              ^\nboom",
      ),
    ).toMatchObject({ error: 'boom' });
  });

  it('names the cause that it wraps, the innermost', () => {
    expect(
      read(`
Error: the secret cannot be read
    at read (file:///app/server.mjs:5:9) {
  [cause]: Error: connect ECONNREFUSED 192.0.2.1:443
      at TCPConnectWrap.afterConnect (node:net:1611:16) {
    errno: -111
  }
}
`),
    ).toMatchObject({
      error: 'Error: the secret cannot be read, caused by Error: connect ECONNREFUSED 192.0.2.1:443',
      at: '/app/server.mjs:5:9 in read',
    });
  });

  it('may have a message of several lines, and frames of packages, which are not where it is', () => {
    expect(
      read(`
Error: first
second
    at parse (/app/node_modules/example/index.js:1:1)
    at load (/app/server.mjs:7:3)
`),
    ).toMatchObject({ error: 'Error: first', at: '/app/server.mjs:7:3 in load' });
  });

  it('stands inside the line of a logger', () => {
    const stack = 'TypeError: port\n    at start (file:///app/server.mjs:12:9)';
    expect(
      read(JSON.stringify({ level: 'fatal', event: 'crash', err: { type: 'TypeError', message: 'port', stack }, msg: 'port' })),
    ).toMatchObject({
      error: 'TypeError: port',
      at: '/app/server.mjs:12:9 in start',
    });
    expect(read(JSON.stringify({ level: 60, err: { message: 'port' } }))).toMatchObject({ error: 'port', at: null });
  });
});

describe('the error in a log of a shell', () => {
  it.each([
    'sh: 1: node: not found',
    '/bin/sh: 1: Syntax error: "(" unexpected',
    'bash: line 1: node: command not found',
    '/entrypoint.sh: line 3: PORT: unbound variable',
    "/bin/sh: can't open 'start.sh': No such file or directory",
    "env: 'node': No such file or directory",
    'exec /usr/local/bin/node: exec format error',
    'exec /docker-entrypoint.sh: permission denied',
    'standard_init_linux.go:228: exec user process caused: exec format error',
  ])('is %s', (text) => {
    expect(read(text)).toEqual({ error: text, at: null, shown: [text] });
  });
});

describe('firstErrorOf', () => {
  const caught = '{"level":"error","msg":"one entry could not be read"}';

  it('looks past the time that a bundle puts before each line', () => {
    expect(read('2026-01-01T12:00:00.000Z sh: 1: node: not found')).toMatchObject({ error: 'sh: 1: node: not found' });
  });

  it('believes what ended the program before what it wrote about, and the last end before others', () => {
    expect(read(`${caught}\nsh: 1: first: not found\nsh: 1: last: not found\n${caught}`)).toMatchObject({
      error: 'sh: 1: last: not found',
    });
  });

  it('is the first that it wrote about when nothing ended it', () => {
    expect(read(`${caught}\n{"level":"error","msg":"another"}`)).toMatchObject({ error: 'one entry could not be read' });
  });

  it.each([
    ['a trace that was cut off before its error', 'Traceback (most recent call last):\n  File "/app/main.py", line 3, in read\n    x()'],
    ['a header of Node without a caret', '/app/server.mjs:12\nconst x = 1;'],
    ['a caret of Node with nothing below', '/app/server.mjs:12\nthrow x\n^\n\n'],
    ['JSON that is no object', '{"level":"error"} and more'],
    ['an error without words', '{"level":"error","msg":7}'],
  ])('makes no error of %s', (_, text) => {
    expect(read(text)).toBeNull();
  });

  it('takes the words of a logged error before those of its line', () => {
    expect(read('{"level":60,"msg":"stopped","err":{"message":"no route"}}')).toMatchObject({ error: 'no route', at: null });
    expect(read('{"level":"critical","message":"stopped"}')).toMatchObject({ error: 'stopped' });
  });

  it('tells what a program threw that was no Error, at the line that Node shows', () => {
    expect(read('/app/server.mjs:12\nthrow "example"\n^\nexample\n(Use `node --trace-uncaught ...`)')).toMatchObject({
      error: 'example',
      at: '/app/server.mjs:12',
    });
    expect(read('node:internal/process:1\n  throw x\n  ^\nexample')).toMatchObject({ error: 'example', at: null });
  });

  it('reads whatever a program may write, and points to lines that are there', () => {
    const pieces = fc.constantFrom(
      'Traceback (most recent call last):',
      '  File "/app/x.py", line 1',
      'KeyError: 1',
      '    at a (b:1:1)',
      'x:1',
      '   ^',
      '{',
      '{"err":{"stack":"Error: x"}}',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }), (log) => {
        const found = firstErrorOf(log);
        for (const index of found?.lines ?? []) expect(log[index]).toEqual(expect.any(String));
        expect(found?.error).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    '',
    'listening on 8080',
    '{"level":"info","msg":"TypeError: none"}',
    '{"level":"error"',
    'Listening: 8080',
    '    at the door',
    'the shell: not found',
    '  File "/app/main.py", line 3',
  ])('finds none in %j', (text) => {
    expect(read(text)).toBeNull();
  });
});
