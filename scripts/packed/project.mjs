import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stepsOf } from './steps.mjs'

const programs = join(import.meta.dirname, 'project')

/**
 * Installs packages into an empty project, and does there what a user would do.
 *
 * Returns the names of the steps that passed, and the name and output of each that failed. A failed install is the last step.
 */
export async function checkProject(project) {
  const { folder, manager, registry } = project
  cpSync(programs, folder, { recursive: true })
  const files = { 'package.json': '{ "private": true }\n', ...manager.settings(registry) }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)

  const passed = []
  const failed = []
  for (const { name, run } of stepsOf(project)) {
    try {
      await run()
      passed.push(name)
    } catch (error) {
      failed.push({ step: name, output: error.message })
      if (name === 'install') break
    }
  }
  return { passed, failed }
}
