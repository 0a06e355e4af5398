/**
 * Marks what a deployment of the service must not take with it: its secret with all that belongs to it, the keys that encrypt it, its logs. For a
 * template that somebody else wrote, before the pipeline takes over; see docs/adopt.md. Reads JSON or YAML, changes nothing but the marks.
 * Usage: node --import tsx build/retain.ts TEMPLATE > RETAINED
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMap, isScalar, parseDocument } from 'yaml';

/** A policy or a rotation that goes would change the secret that stays. A key that goes takes every value with it. */
export const kept = [
  'AWS::SecretsManager::Secret',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::SecretTargetAttachment',
  'AWS::KMS::Key',
  'AWS::KMS::Alias',
  'AWS::Logs::LogGroup',
];

/**
 * @returns the template with both policies of every resource of such a type set to Retain, and the names of those resources
 * @throws when there is no secret in it: it is not the template that was meant
 */
export function retain(template: string): { text: string; resources: string[] } {
  // Short forms like !Ref are tags that YAML does not know: they are kept as they stand, and no warning is printed.
  const document = parseDocument(template, { logLevel: 'error' });
  const [error] = document.errors;
  if (error) throw new Error(`the template is neither JSON nor YAML: ${error.message}`);
  // A template that was written as YAML comes from `aws cloudformation get-template` as one quoted text.
  if (isScalar(document.contents) && typeof document.contents.value === 'string') return retain(document.contents.value);
  const all = isMap(document.contents) ? document.get('Resources') : undefined;
  const names = isMap(all) ? all.items.map(({ key }) => String(key)) : [];
  const typeOf = (name: string) => String(document.getIn(['Resources', name, 'Type']));
  const resources = names.filter((name) => kept.includes(typeOf(name)));
  if (!resources.some((name) => typeOf(name) === kept[0]))
    throw new Error(`the template has no ${kept[0]}; it has ${names.join(', ') || 'nothing'}`);
  for (const name of resources) {
    document.setIn(['Resources', name, 'DeletionPolicy'], 'Retain');
    document.setIn(['Resources', name, 'UpdateReplacePolicy'], 'Retain');
  }
  // As JSON where it was JSON: comments and short forms are YAML's alone.
  const text = template.trimStart().startsWith('{') ? `${JSON.stringify(document.toJS(), null, 1)}\n` : document.toString();
  return { text, resources };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file] = process.argv.slice(2);
  if (file === undefined) {
    console.error('expected the file of a template');
    process.exitCode = 2;
  } else {
    const { text, resources } = retain(readFileSync(file, 'utf8'));
    process.stdout.write(text);
    console.error(`retained: ${resources.join(', ')}`);
  }
}
