import type { Command } from './command.ts'

export const keyShow: Command = {
  name: 'key show',
  about: 'cli.aboutKeyShow',
  args: ['<name>'],
  examples: [{ line: 'key show ne-dst.aicha', about: 'cli.tryKeyShow' }],
  async run(shell, [name]) {
    const key = await (await shell.keys()).showKey(name!)
    shell.show({ name, ...key }, () => {
      shell.line(`${name} ${key.fingerprint}`)
      shell.line(key.publicKey.trim())
    })
  },
}
