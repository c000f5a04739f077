import { Presets, SingleBar } from 'cli-progress'
import type { Shell } from './shell.ts'

export type Progress = { step(done: number, total?: number): void; stop(): void }

/** A bar on stderr for work that takes a while; nothing where no terminal is. */
export function progress(shell: Shell, title: string, total: number, unit = ''): Progress {
  const { stderr } = shell.terminal
  if (!stderr.isTTY || shell.isJson) return { step() {}, stop() {} }
  const bar = new SingleBar(
    {
      format: `${title} {bar} {value}/{total} ${unit}`.trim(),
      clearOnComplete: true,
      stream: stderr as NodeJS.WriteStream,
    },
    Presets.shades_classic,
  )
  bar.start(total, 0)
  return {
    step(done, whole) {
      if (whole !== undefined) bar.setTotal(whole)
      bar.update(done)
    },
    stop: () => bar.stop(),
  }
}
