interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/**
 * Every item of a list, read page by page.
 * @param read answers a page; takes what follows in its query, empty for the first
 */
export async function everyPage<Item>(read: (query: string) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  for (let query = ''; ;) {
    const page: Page<Item> = await read(query);
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    query = `&cursor=${page.nextCursor}`;
  }
}
