/** Nodes by name, each with those it points to. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>

/** A way from a node back to itself. */
export interface Circle {
  /** The nodes of the way, without the first one again at its end. */
  readonly path: readonly string[]
  /** How many nodes reach each other, those of the way among them. */
  readonly knotSize: number
}

/** Makes a graph of pairs, each from one node to another. */
export function graphOf(pairs: Iterable<readonly [string, string]>): Graph {
  const graph = new Map<string, Set<string>>()
  for (const [from, to] of pairs) {
    graph.set(from, (graph.get(from) ?? new Set()).add(to))
  }
  return graph
}

/** Finds the circles of a graph: of nodes that all reach each other, only the shortest. */
export function findCircles(graph: Graph): Circle[] {
  const paths = [...graph.keys()]
    .toSorted()
    .map((node) => circleThrough(graph, node))
    .filter((path) => path.length > 0)
    .toSorted((one, other) => one.length - other.length)

  const circles: Circle[] = []
  const told = new Set<string>()
  for (const path of paths) {
    const [first] = path
    if (first === undefined || told.has(first)) continue
    const knot = knotOf(graph, first)
    for (const node of knot) told.add(node)
    circles.push({ path, knotSize: knot.length })
  }
  return circles
}

/** The shortest way from a node back to itself, or nothing. */
function circleThrough(graph: Graph, start: string): string[] {
  const ways: string[][] = [[start]]
  const seen = new Set<string>()
  for (const way of ways) {
    for (const next of graph.get(way.at(-1) ?? start) ?? []) {
      if (next === start) return way
      if (seen.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  }
  return []
}

function knotOf(graph: Graph, node: string): string[] {
  return [...reachable(graph, node)].filter((other) => reachable(graph, other).has(node))
}

function reachable(graph: Graph, start: string): Set<string> {
  const reached = new Set(graph.get(start))
  // A set that grows while it is walked is walked to its new end.
  for (const node of reached) {
    for (const next of graph.get(node) ?? []) reached.add(next)
  }
  return reached
}
