import { errors } from '../../../helpers/errors';

/** What a double click runs, whatever is in it. */
const RUN_BY_NAME = new Set(
  (
    'exe com scr pif cpl dll sys drv ocx msi msp msu mst msix appx bat cmd ps1 psm1 psd1 vb vbs vbe js jse mjs cjs ' +
    'ws wsf wsc wsh hta lnk url scf reg inf jar jnlp apk xapk aab ipa app command workflow scpt applescript action ' +
    'deb rpm pkg dmg run appimage elf so dylib desktop sh bash zsh csh ksh fish gadget chm hlp xll crx xpi'
  ).split(' '),
);

/** As file-type calls them. */
const RUN_BY_TYPE = new Set([
  'application/x-msdownload',
  'application/x-elf',
  'application/x-mach-binary',
  'application/java-vm',
  'application/java-archive',
  'application/vnd.android.package-archive',
  'application/wasm',
  'application/x-deb',
  'application/x-rpm',
  'application/x.apple.alias',
  'application/x.ms.shortcut',
  'application/x-ms-regedit',
  'application/x-google-chrome-extension',
  'application/x-xpinstall',
  'application/x-shockwave-flash',
  'application/vnd.ms-htmlhelp',
  'application/x-apple-diskimage',
]);

/** First bytes, hex: ELF, Mach-O of both byte orders and widths, fat Mach-O and Java class, DEX, WebAssembly, Windows shortcut, LLVM bitcode. */
const MAGICS = [
  '7f454c46',
  'feedface',
  'feedfacf',
  'cefaedfe',
  'cffaedfe',
  'cafebabe',
  'cafebabf',
  'bebafeca',
  '6465780a',
  '0061736d',
  '4c00000001140200',
  '4243c0de',
].map((hex) => Buffer.from(hex, 'hex'));

/** The class id of Windows Installer packages, in the root entry of a compound file. */
const INSTALLER_CLASS = Buffer.from('84100c0000000000c000000000000046', 'hex');
const COMPOUND_FILE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** Where the class id starts in a directory entry. Source: [MS-CFB] 2.6.1 */
const CLASS_ID_AT = 0x50;

const startsWith = (bytes: Buffer, prefix: Buffer): boolean =>
  bytes.subarray(0, prefix.length).equals(prefix);

function isPortableExecutable(head: Buffer): boolean {
  if (head.length < 0x40 || head.toString('latin1', 0, 2) !== 'MZ') return false;
  // Also the old ones of DOS, which have no second header; text that begins so has no zero bytes.
  return head.subarray(0, 0x40).includes(0);
}

function isInstaller(head: Buffer): boolean {
  if (!startsWith(head, COMPOUND_FILE) || head.length < 512) return false;
  const sectorBytes = 2 ** Math.min(head.readUInt16LE(0x1e), 12);
  const root = (head.readUInt32LE(0x30) + 1) * sectorBytes;
  // A directory that lies further behind than what was read: then the name decides.
  return head.subarray(root + CLASS_ID_AT, root + CLASS_ID_AT + 16).equals(INSTALLER_CLASS);
}

/** The extension as systems see it: they drop dots and blanks at the end. Lower case, without the dot. */
export function extensionOf(name: string): string {
  const [, extension = ''] = /\.([^.\\/]+)$/.exec(name.replace(/[\s.]+$/, '')) ?? [];
  return extension.toLowerCase().normalize('NFKC');
}

/**
 * Refuses programs and scripts.
 * @param head the first bytes of the file
 * @param type what its bytes say it is
 * @throws unsupported_media_type
 */
export function refuseExecutables(head: Buffer, name: string, type: string | undefined): void {
  const runs =
    RUN_BY_NAME.has(extensionOf(name)) ||
    (type !== undefined && RUN_BY_TYPE.has(type)) ||
    MAGICS.some((magic) => startsWith(head, magic)) ||
    isPortableExecutable(head) ||
    isInstaller(head) ||
    /^(?:\xef\xbb\xbf)?\s*#!/.test(head.toString('latin1', 0, 64));
  if (runs) throw errors.unsupportedMediaType('Programs and scripts are not accepted; a ZIP of them is');
}
