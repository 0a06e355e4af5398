import { messageTypes, routeMessage } from '../../container/src/messages.ts';

const route = (message: unknown) => routeMessage(Buffer.from(JSON.stringify({ message })));

describe('a message', () => {
  it.each([
    ['v2.entry.created', { resourceId: 'etr_1' }, { kind: 'package-entry', entryId: 'etr_1' }],
    ['v2.entry.updated.fields', { resourceId: 'etr_1' }, { kind: 'package-entry', entryId: 'etr_1' }],
    ['v2.entry.updated.reviewRecord', { resourceId: 'etr_1' }, { kind: 'package-entry', entryId: 'etr_1' }],
    ['v2.canvas.created', { canvasId: 'cnvs_1' }, { kind: 'show-canvas', canvasId: 'cnvs_1' }],
    ['v2-beta.canvas.created', { canvasId: 'cnvs_1' }, { kind: 'show-canvas', canvasId: 'cnvs_1' }],
    ['v2.canvas.initialized', { canvasId: 'cnvs_1' }, { kind: 'show-canvas', canvasId: 'cnvs_1' }],
    [
      'v2.canvas.userInteracted',
      { canvasId: 'cnvs_1', buttonId: 'update-package' },
      { kind: 'press-button', canvasId: 'cnvs_1', buttonId: 'update-package' },
    ],
    ['v2.app.installed', {}, { kind: 'note-lifecycle' }],
    ['v2.app.activateRequested', {}, { kind: 'note-lifecycle' }],
    ['v2.app.deactivated', {}, { kind: 'note-lifecycle' }],
    ['v2-beta.app.configuration.updated', {}, { kind: 'note-lifecycle' }],
  ])('of type %s is a task', (type, fields, task) => {
    expect(route({ type, ...fields })).toEqual({ outcome: 'task', type, task });
    expect(messageTypes).toContain(type);
  });

  it.each(['v2.request.created', 'constructor', '__proto__', 'toString'])('of type %s is ignored', (type) => {
    expect(route({ type })).toEqual({ outcome: 'ignored', type });
  });

  it.each([
    ['v2.entry.created', {}],
    ['v2.entry.created', { entryId: 'etr_1' }],
    ['v2.entry.created', { resourceId: '../tokens' }],
    ['v2.entry.created', { resourceId: '' }],
    ['v2.entry.created', { resourceId: 7 }],
    ['v2.canvas.created', { resourceId: 'etr_1' }],
    ['v2.canvas.userInteracted', { canvasId: 'cnvs_1' }],
    ['v2.canvas.userInteracted', { buttonId: 'update-package' }],
  ])('of type %s with only %j is invalid', (type, fields) => {
    expect(route({ type, ...fields })).toMatchObject({ outcome: 'invalid' });
  });

  it.each([undefined, null, [], {}, { type: '' }, { type: 7 }])('%j is no event', (message) => {
    expect(route(message)).toMatchObject({ outcome: 'invalid', reason: expect.stringContaining('message.type') });
  });
});
