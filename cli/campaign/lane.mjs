// One lane of `release rehearse --all`: a process of its own, because clients of AWS find one rehearsal for as long as they live.
import { register } from 'tsx/esm/api';

register();
const { runLane } = await import('./lane.ts');
await runLane();
