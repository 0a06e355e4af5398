import { readFileSync } from 'node:fs';
import { configFile, readConfig } from '../../pipeline/config.ts';

describe('the table of stages', () => {
  const written = () => JSON.parse(readFileSync(configFile, 'utf8'));

  it('names the stacks of a stage after the stage', () => {
    const { stages } = written();
    const [first] = readConfig(JSON.stringify({ ...written(), stages: [{ ...stages[0], name: 'pre-prod' }] })).stages;
    expect(first).toMatchObject({ foundationStack: 'PreProdFoundation', serviceStack: 'PreProdService' });
  });

  it('reports every problem at once, each with its place', () => {
    const { stages } = written();
    const read = () => readConfig(JSON.stringify({ ...written(), baseImage: '', stages: [{ ...stages[0], minTasks: 0, colour: 'red' }] }));
    expect(read).toThrow(/baseImage[\s\S]*minTasks|minTasks[\s\S]*baseImage/);
    expect(read).toThrow(/colour/);
  });

  it('says where a file that is not JSON breaks off, and what to do', () => {
    expect(() => readConfig('{"repository":')).toThrow(/pipeline\/config\.json is not JSON: .*release init/);
  });

  it('refuses two stages of one name', () => {
    const { stages } = written();
    expect(() => readConfig(JSON.stringify({ ...written(), stages: [stages[0], stages[0]] }))).toThrow('two stages have the same name');
  });
});
