/** The UUIDs in a text, which frameworks and code make up anew in each run. */
export const UUIDS: RegExp = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
