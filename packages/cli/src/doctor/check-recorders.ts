import { findPackage } from '../project/installed-packages.ts'
import { type Library, versionProblem } from '../project/libraries.ts'
import { installCommands } from '../project/package-manager.ts'
import type { Project } from '../project/project.ts'
import { fail, type Finding, ok, warn } from './finding.ts'

/** Whether each library that the project uses has the package that records it. */
export function checkRecorders(project: Project): readonly Finding[] {
  const { libraries } = project
  if (libraries.length > 0) return libraries.map((library) => checkRecorder(project, library))
  return [
    ok('recorders', 'nothing in package.json needs a package of its own: use call() and session()'),
  ]
}

function checkRecorder(
  { folder, packageManager, dependencies }: Project,
  library: Library,
): Finding {
  const name = library.packages.find((each) => each in dependencies) ?? library.name
  const version = findPackage(folder, name)?.version ?? dependencies[name] ?? ''
  const recorder = findPackage(folder, library.recorder)
  const code = `recorder:${library.name}`
  const isForTests = library.recorder === '@retake/vitest'
  if (recorder === undefined) {
    const [install = ''] = installCommands(
      packageManager,
      isForTests ? [] : [library.recorder],
      isForTests ? [library.recorder] : [],
    )
    const message = `${name} is here, ${library.recorder} is not`
    return isForTests
      ? ok(code, `${message}: "${install}" gives each test a cassette`)
      : warn(code, message, `${install}, and see "retake init" for the lines to add.`)
  }
  const problem = versionProblem(library, name, version)
  if (problem !== undefined)
    return fail(code, problem, `Bring ${name} to a version that it supports.`)
  return ok(code, `${name} ${version} with ${library.recorder} ${recorder.version}`)
}
