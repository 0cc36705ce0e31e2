import { runState } from './global-setup';

export default function globalTeardown(): void {
  runState.chatTestRun?.removeTemplate?.();
  runState.chatTestRun?.mariadb?.stop();
  runState.chatTestRun?.redis?.stop();
}
