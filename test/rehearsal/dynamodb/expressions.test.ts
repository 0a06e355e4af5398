import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { compile } from '../../../rehearsal/aws/dynamodb/expressions.ts';

const S = (text: string): AttributeValue => ({ S: text });
const N = (number: number | string): AttributeValue => ({ N: String(number) });

const item = {
  pk: S('RELEASE#v1'),
  n: N(5),
  tags: { SS: ['a', 'b'] } as AttributeValue,
  notes: { L: [S('one'), N(2)] } as AttributeValue,
  holder: { M: { tag: S('v1'), 'odd-name': N(1) } } as AttributeValue,
};
const ExpressionAttributeValues = {
  ':v1': S('v1'),
  ':five': N('5.0'),
  ':low': N(1),
  ':high': N(9),
  ':a': S('a'),
  ':text': S('5'),
  ':pre': S('REL'),
};
const ExpressionAttributeNames = { '#odd': 'odd-name', '#s': 'state' };

/** Only the placeholders that the expression names. */
const used = <T>(expression: string, all: Record<string, T>) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => new RegExp(`${name}\\b`).test(expression)));

const read = (member: 'ConditionExpression' | 'UpdateExpression', text: string) =>
  compile({
    [member]: text,
    ExpressionAttributeValues: used(text, ExpressionAttributeValues),
    ExpressionAttributeNames: used(text, ExpressionAttributeNames),
  });

it.each<[string, boolean]>([
  ['attribute_exists(pk)', true],
  ['attribute_not_exists(absent)', true],
  ['attribute_exists(holder.tag) AND attribute_not_exists(holder.absent)', true],
  ['holder.tag = :v1', true],
  ['holder.#odd = :low', true],
  ['notes[1] > :low', true],
  ['n = :five', true],
  ['n = :text', false],
  ['n > :text', false],
  ['absent = :v1', false],
  ['absent <> :v1', true],
  ['n <> :five', false],
  ['n BETWEEN :low AND :high AND holder.tag = :v1', true],
  ['n IN (:low, :five)', true],
  ['n < :low OR n >= :five', true],
  ['NOT n < :low AND NOT (n = :five)', false],
  ['not attribute_exists(pk) or n = :five', true],
  ['n = :low AND n = :low OR n = :five', true],
  ['n = :low AND (n = :low OR n = :five)', false],
  ['begins_with(pk, :pre)', true],
  ['begins_with(n, :pre)', false],
  ['contains(tags, :a)', true],
  ['contains(pk, :a)', false],
  ['contains(notes, :five)', false],
  ['size(tags) > :low AND size(pk) > :high', true],
  ['size(absent) > :low', false],
])('the condition %s is %s', (expression, holds) => {
  expect(read('ConditionExpression', expression).condition!(item)).toBe(holds);
});

it.each<[string, object]>([
  ['SET n = n + :low, holder.tag = :a', { n: N(6), holder: { M: { tag: S('a'), 'odd-name': N(1) } } }],
  ['SET extra = if_not_exists(extra, :v1), n = if_not_exists(n, :low) - :low', { extra: S('v1'), n: N(4) }],
  ['SET notes = list_append(notes, notes)', { notes: { L: [S('one'), N(2), S('one'), N(2)] } }],
  ['SET notes[9] = :a', { notes: { L: [S('one'), N(2), S('a')] } }],
  ['REMOVE holder.#odd, notes[0]', { holder: { M: { tag: S('v1') } }, notes: { L: [N(2)] } }],
  ['ADD n :five, hits :low', { n: N(10), hits: N(1) }],
  ['set #s = pk, pk = n', { state: S('RELEASE#v1'), pk: N(5) }],
])('the update %s', (expression, expected) => {
  const before = structuredClone(item);
  expect(read('UpdateExpression', expression).update!.apply(item)).toMatchObject(expected);
  expect(item).toEqual(before);
});

it('adds to sets and takes from them, down to no attribute', () => {
  const change = (text: string, members: string[]) =>
    compile({ UpdateExpression: text, ExpressionAttributeValues: { ':s': { SS: members } } }).update!.apply(item);
  expect(change('ADD tags :s', ['b', 'c'])['tags']).toEqual({ SS: ['a', 'b', 'c'] });
  expect(change('DELETE tags :s', ['a'])['tags']).toEqual({ SS: ['b'] });
  expect(change('DELETE tags :s', ['a', 'b'])).not.toHaveProperty('tags');
});

it.each([
  ['a reserved word', { ConditionExpression: 'attribute_exists(state)' }, 'Attribute name is a reserved keyword; reserved keyword: state'],
  ['a value that is not given', { ConditionExpression: 'n = :none' }, 'attribute value: :none'],
  ['a name that is not given', { ConditionExpression: 'attribute_exists(#none)' }, 'attribute name: #none'],
  ['a value that nothing uses', { ConditionExpression: 'attribute_exists(n)', ExpressionAttributeValues: { ':x': S('x') } }, 'keys: {:x}'],
  ['a broken expression', { ConditionExpression: 'n = = n' }, 'Invalid ConditionExpression: Syntax error; token: ='],
  ['a strange character', { ConditionExpression: 'n ~ n' }, 'Syntax error; token: "~"'],
  ['an empty expression', { UpdateExpression: ' ' }, 'The expression can not be empty'],
  ['an unknown clause', { UpdateExpression: 'PUT n' }, 'Invalid UpdateExpression: Syntax error'],
])('refuses %s', (_, input, message) => {
  expect(() => compile(input)).toThrow(message);
});
