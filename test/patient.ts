import { ACKNOWLEDGE_MS, machineTimer, type Timer } from '../server/audit/sequencer.ts'

/** A machine that runs every test at once may hold a process up for seconds; what is late is tested on its own. */
export const patient: Timer = (ms, run) => machineTimer(ms === ACKNOWLEDGE_MS ? 20_000 : ms, run)
