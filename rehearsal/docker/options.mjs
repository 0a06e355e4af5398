/** What the stand-in does not do, or cannot: said by name, with the exit code that docker would give. */
export class Refusal extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Splits a command line into options and the rest.
 * @param words the command line after the verb
 * @param known option → 'flag' | 'value' | 'list' | '--its-long-name' (an alias)
 * @param stopAtFirst options end at the first other word, as for `docker run IMAGE COMMAND…`
 */
export function parse(verb, words, known, stopAtFirst = false) {
  const options = {};
  const rest = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word.startsWith('-') || word === '-') {
      rest.push(word);
      if (!stopAtFirst) continue;
      rest.push(...words.slice(at + 1));
      break;
    }
    const [, written, attached] = /^(-[^-=]|--[^=]+)=?(.*)$/s.exec(word) ?? [undefined, word, ''];
    const name = known[written]?.startsWith('--') ? known[written] : written;
    const kind = known[name];
    if (!kind) throw new Refusal(`${verb}: option ${written} is not supported${hint[written] ?? ''}`);
    if (kind === 'flag') {
      options[name] = attached === '' || attached === 'true';
      continue;
    }
    const value = word.length > written.length ? attached : words[++at];
    if (value === undefined) throw new Refusal(`${verb}: option ${written} needs a value`);
    if (kind === 'list') options[name] = [...(options[name] ?? []), value];
    else options[name] = value;
  }
  return { options, rest };
}

const published = ': containers share the network of this machine, use --network host';
const hint = { '-p': published, '--publish': published, '-P': published };

/** The part of Go's templates that `--format` is used with: `{{.State.Status}}`, `{{json .State}}`, `{{index .RepoDigests 0}}`. */
export function format(template, value) {
  if (!template) return JSON.stringify([value], undefined, 4);
  return template.replace(/\{\{(.*?)\}\}/g, (whole, expression) => {
    const [, word = '', path, index] = /^\s*(?:(json|index)\s+)?((?:\.\w+)+|\.)\s*(\d+)?\s*$/.exec(expression) ?? [];
    if (path === undefined) throw new Refusal(`template ${whole} is not supported`);
    const found = path
      .split('.')
      .filter(Boolean)
      .reduce((at, key) => at?.[key], value);
    if (word === 'index' ? found?.[Number(index)] === undefined : found === undefined) {
      throw new Refusal(`template ${whole}: there is no such entry`);
    }
    if (word === 'json') return JSON.stringify(found);
    return String(word === 'index' ? found[Number(index)] : found);
  });
}
