/** What global-setup hands to the test files: the URL of an account that may create databases. */
export const ADMIN_URL = 'CHAT_TEST_MYSQL_ADMIN_URL';

/** `undefined` when there is no MySQL server to test with. */
export function mysqlAdminUrl(): string | undefined {
  return process.env[ADMIN_URL] || undefined;
}
