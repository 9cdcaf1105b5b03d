/** The last link of an object's chain of prototypes that has methods of all these names itself: the object, where none has. */
export function lastWith(instance: object, names: readonly string[]): object {
  const links = linksOf(instance).filter((link) => names.every((name) => Object.hasOwn(link, name)))
  return links.at(-1) ?? instance
}

/** The links of an object's chain of prototypes down from `last`, and the object itself. */
export function chainTo(last: object, instance: object): readonly object[] {
  const links = linksOf(instance)
  return links.slice(0, links.indexOf(last) + 1).toReversed()
}

/** An object and its prototypes, from the object up. */
export function linksOf(instance: object): readonly object[] {
  const links: object[] = []
  let link: object | null = instance
  while (link !== null && link !== Object.prototype) {
    links.push(link)
    link = Object.getPrototypeOf(link) as object | null
  }
  return links
}
