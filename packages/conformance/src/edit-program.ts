import type { Ask, Program, Read } from './program.ts'

/** Changes every part of a program, the innermost first. */
function mapProgram(program: Program, change: (step: Program) => Program): Program {
  return change(withParts(program, (part) => mapProgram(part, change)))
}

/** Gives every request of a program a text of its own, with `mark` in it. */
export function withDistinctRequests(program: Program, mark: string): Program {
  let requests = 0
  const distinct = <Step extends Ask | Read>(step: Step): Step => ({
    ...step,
    prompt: `${step.prompt} ${++requests} ${mark}`,
  })
  return mapProgram(program, (step) => {
    if (step.type === 'ask' || step.type === 'read') return distinct(step)
    if (step.type === 'tool') return { ...step, name: `${step.name} ${++requests} ${mark}` }
    return 'ask' in step ? { ...step, ask: distinct(step.ask) } : step
  })
}

/** Lets a program go on whatever fails. */
export function tolerant(program: Program): Program {
  return mapProgram(program, (step) => ({ type: 'attempt', step }))
}

/** Changes the lists of steps that a program holds. None of them is left empty. */
export function mapLists(
  program: Program,
  change: (steps: readonly Program[]) => readonly Program[],
): Program {
  return mapProgram(program, (step) => {
    if (!('steps' in step)) return step
    const steps = change(step.steps)
    return steps.length === 0 ? step : { ...step, steps }
  })
}

function withParts(program: Program, change: (part: Program) => Program): Program {
  if ('steps' in program) return { ...program, steps: program.steps.map(change) }
  return 'step' in program ? { ...program, step: change(program.step) } : program
}
