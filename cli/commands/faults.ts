import { Command } from 'commander';
import { faults } from '../../rehearsal/faults/catalogue.ts';
import type { SetExit } from '../exit-codes.ts';

export const faultsCommand = (_exit: SetExit) =>
  new Command('faults').description('lists the failures that a rehearsal can inject by name').action(() => {
    const width = Math.max(...faults.map((fault) => fault.name.length));
    for (const fault of faults) console.log(`${fault.name.padEnd(width)}  ${(fault.cause ?? '(released)').padEnd(20)}  ${fault.summary}`);
  });
