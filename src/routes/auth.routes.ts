import { Router } from 'express';
import {
  ForgotPassword,
  ListSessions,
  Refresh,
  ResendCode,
  ResetPassword,
  RevokeSession,
  SignIn,
  SignOut,
  SignOutEverywhere,
  SignUp,
  VerifyEmail,
} from '../contracts/auth';
import { authController } from '../controllers/auth.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import { neverStored } from '../middlewares/never-stored';
import type { Services } from '../services/services';

/** Accounts and sessions, under /auth. */
export function authRoutes({ accounts, limits }: Pick<Services, 'accounts' | 'limits'>): Router {
  const auth = authController({ accounts });
  const signedIn = authenticated(accounts.sessions);
  const router = Router();
  router.use(neverStored);
  router.post('/sign-up', limit(limits, 'signUp'), accepts(SignUp), auth.signUp);
  router.post('/verify-email', limit(limits, 'codeTry'), accepts(VerifyEmail), auth.verifyEmail);
  router.post(
    '/verify-email/resend',
    limit(limits, 'codeRequestAnywhere'),
    accepts(ResendCode),
    auth.resendCode,
  );
  router.post('/sign-in', limit(limits, 'signIn'), accepts(SignIn), auth.signIn);
  router.post('/refresh', limit(limits, 'refresh'), accepts(Refresh), auth.refresh);
  router.post('/sign-out', signedIn, limit(limits, 'request'), accepts(SignOut), auth.signOut);
  router.post(
    '/sign-out-everywhere',
    signedIn,
    limit(limits, 'request'),
    accepts(SignOutEverywhere),
    auth.signOutEverywhere,
  );
  router.post(
    '/password/forgot',
    limit(limits, 'codeRequestAnywhere'),
    accepts(ForgotPassword),
    auth.forgotPassword,
  );
  router.post('/password/reset', limit(limits, 'codeTry'), accepts(ResetPassword), auth.resetPassword);
  router.get('/sessions', signedIn, limit(limits, 'request'), accepts(ListSessions), auth.listSessions);
  router.delete(
    '/sessions/:sessionId',
    signedIn,
    limit(limits, 'request'),
    accepts(RevokeSession),
    auth.revokeSession,
  );
  return router;
}
