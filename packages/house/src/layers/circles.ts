import { posix } from 'node:path'
import type { Arrow } from '../source/arrows.ts'
import { findCircles, graphOf, type Circle } from './graph.ts'

type Pair = readonly [from: string, to: string]

/** Circles of files that import each other, types included. */
export function circlesOfFiles(arrows: readonly Arrow[]): string[] {
  return findCircles(graphOf(filePairs(arrows))).map((circle) => told('files', circle))
}

/**
 * Circles of folders whose files import each other, at every depth: `a/x` ⇄ `b/y` is one of `a` and `b`, too.
 * A file directly in `src` counts as a folder of its own.
 */
export function circlesOfFolders(arrows: readonly Arrow[]): string[] {
  const pairs = filePairs(arrows)
  const deepest = Math.max(0, ...pairs.flat().map((path) => path.split('/').length - 1))
  const depths = Array.from({ length: deepest }, (_, index) => index + 1)
  return [...new Set(depths.flatMap((depth) => circlesAt(depth, pairs)))]
}

function circlesAt(depth: number, pairs: readonly Pair[]): string[] {
  const byFolders = new Map<string, Pair>()
  const folderPairs: Pair[] = []
  for (const pair of pairs) {
    const [from, to] = [folderOf(pair[0], depth), folderOf(pair[1], depth)]
    if (from === to) continue
    folderPairs.push([from, to])
    byFolders.set(`${from} ${to}`, byFolders.get(`${from} ${to}`) ?? pair)
  }
  return findCircles(graphOf(folderPairs)).map((circle) => {
    const imports = steps(circle).map(([from, to]) => byFolders.get(`${from} ${to}`) ?? [from, to])
    const by = imports.map(([from, to]) => `src/${from} imports src/${to}`).join(', ')
    return `${told('folders', circle)}: ${by}`
  })
}

function filePairs(arrows: readonly Arrow[]): Pair[] {
  return arrows.flatMap(({ from, target }) =>
    target.kind === 'file' ? [[from, target.path] as const] : [],
  )
}

function folderOf(path: string, depth: number): string {
  const folder = posix.dirname(path)
  return folder === '.' ? path : folder.split('/').slice(0, depth).join('/')
}

function steps({ path }: Circle): Pair[] {
  return path.map((node, index) => [node, path[(index + 1) % path.length] ?? node] as const)
}

function told(kind: 'files' | 'folders', { path, knotSize }: Circle): string {
  const way = [...path, path[0]].map((node) => `src/${node}`).join(' → ')
  const others = knotSize - path.length
  return `circle of ${kind}: ${way}${others > 0 ? ` (${others} more are in it)` : ''}`
}
