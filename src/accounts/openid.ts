/** Signing in by OpenID Connect: any conforming provider says who somebody is, in which role, for which agency. */
import * as oidc from 'openid-client';
import type { Actor } from '../kpi/audit.ts';
import type { Catalogue } from '../kpi/catalogue.ts';
import type { Day } from '../kpi/month.ts';
import { type Account, accountByEmail, accountBySubject, addAccount, takeClaims } from '../store/accounts.ts';
import { recordEvent } from '../store/audit.ts';
import type { Db } from '../store/connect.ts';
import { endSessions } from '../store/sessions.ts';
import { checkAccount } from './manage.ts';
import { seal, unseal } from './seal.ts';
import { personOf } from './session.ts';

/** A provider, and how it names what an account is made of. */
export interface OpenIdSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  roleClaim: string;
  agencyClaim: string;
}

export interface OpenId {
  settings: OpenIdSettings;
  /** Where the provider sends people back to. */
  redirectUri: string;
  /** What the provider says of itself; asked for once it is needed, and again until it answered. */
  provider(): Promise<oidc.Configuration>;
}

/** A minute and a half of a provider's clock being ahead or behind is nobody's fault. */
const CLOCK_TOLERANCE_S = 90;
/** Who stays longer at the provider begins anew. */
const PATIENCE_MS = 10 * 60_000;

export function openIdOf(settings: OpenIdSettings, baseUrl: string): OpenId {
  let known: Promise<oidc.Configuration> | null = null;
  const discover = async (): Promise<oidc.Configuration> => {
    const issuer = new URL(settings.issuer);
    const metadata = { [oidc.clockTolerance]: CLOCK_TOLERANCE_S };
    // The settings let plain HTTP through on this machine only.
    const execute = issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
    const secret = oidc.ClientSecretBasic(settings.clientSecret);
    return oidc.discovery(issuer, settings.clientId, metadata, secret, { execute });
  };
  return {
    settings,
    redirectUri: `${baseUrl}/sign-in/oidc/callback`,
    provider: () => {
      known ??= discover().catch(error => {
        known = null;
        throw error;
      });
      return known;
    },
  };
}

/** What the browser holds, sealed, while its user is at the provider. */
interface Errand {
  state: string;
  nonce: string;
  verifier: string;
  to: string;
  began: number;
}

/** Begins a sign-in: where to send the browser, and what it is to hold until it comes back. */
export async function beginOpenId(
  openId: OpenId,
  to: string,
  secret: string,
  at: number,
): Promise<{ address: string; errand: string }> {
  const errand: Errand = {
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
    verifier: oidc.randomPKCECodeVerifier(),
    to,
    began: at,
  };
  const address = oidc.buildAuthorizationUrl(await openId.provider(), {
    redirect_uri: openId.redirectUri,
    scope: 'openid email profile',
    state: errand.state,
    nonce: errand.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(errand.verifier),
    code_challenge_method: 'S256',
  });
  return { address: address.href, errand: seal(secret, 'OpenID Connect', '', JSON.stringify(errand)) };
}

/** What a provider says of somebody. */
export interface Claimed {
  subject: string;
  email: string;
  emailVerified: boolean;
  role: string;
  agency: string | null;
  /** Whether the provider asked for more than one factor (`amr`, RFC 8176). */
  secondFactor: boolean;
}

const SECOND_FACTORS = ['mfa', 'otp', 'hwk', 'swk', 'fpt'];

/** Ends a sign-in at the provider; null when the browser did not begin it, or nothing certain came of it. */
export async function endOpenId(
  openId: OpenId,
  query: URLSearchParams,
  sealed: string | null,
  secret: string,
  at: number,
): Promise<{ claimed: Claimed; to: string } | null> {
  const opened = sealed === null ? null : unseal(secret, 'OpenID Connect', '', sealed);
  if (opened === null) return null;
  const errand = JSON.parse(opened) as Errand;
  if (at - errand.began > PATIENCE_MS) return null;
  const here = new URL(openId.redirectUri);
  here.search = query.toString();
  const tokens = await oidc.authorizationCodeGrant(await openId.provider(), here, {
    pkceCodeVerifier: errand.verifier,
    expectedState: errand.state,
    expectedNonce: errand.nonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (!claims) return null;
  const info = await oidc.fetchUserInfo(await openId.provider(), tokens.access_token, claims.sub);
  return { claimed: claimedOf({ ...info, ...claims }, openId.settings), to: errand.to };
}

function claimedOf(claims: oidc.IDToken & Partial<oidc.UserInfoResponse>, settings: OpenIdSettings): Claimed {
  const text = (name: string): string => {
    const value = claims[name];
    // Providers give groups as lists; one of one is as good as a text, of several nobody can say which counts.
    const only = Array.isArray(value) && value.length === 1 ? value[0] : value;
    return typeof only === 'string' ? only : '';
  };
  const amr = Array.isArray(claims.amr) ? claims.amr : [];
  return {
    subject: `${claims.iss} ${claims.sub}`,
    email: text('email'),
    emailVerified: claims.email_verified === true,
    role: text(settings.roleClaim),
    agency: text(settings.agencyClaim) || null,
    secondFactor: amr.some(method => SECOND_FACTORS.includes(String(method))),
  };
}

/**
 * The account of whom a provider speaks, made at the first time; its role and agency are what the provider says
 * each time. `openid_claims`: it says no role or agency there is; `openid_account`: the account is disabled,
 * or another one has the address and the provider does not vouch for it.
 */
export async function accountFor(
  db: Db,
  claimed: Claimed,
  { catalogue, today }: { catalogue: Catalogue; today: Day },
  actor: Actor,
  at: number,
): Promise<Account | 'openid_claims' | 'openid_account'> {
  const { subject, emailVerified } = claimed;
  const wanted = checkAccount(claimed, catalogue, today);
  if (typeof wanted === 'string') return 'openid_claims';
  return db.transaction().execute(async trx => {
    const known = (await accountBySubject(trx, subject)) ?? (await accountByEmail(trx, wanted.email));
    const mayTake =
      known === null || known.oidcSubject === subject || (emailVerified && known.oidcSubject === null);
    if (!mayTake || known?.disabled) return 'openid_account';
    const added = known ?? (await addAccount(trx, { ...wanted, invitedBy: 'openid' }, at));
    if (!added) return 'openid_account';
    const { role, agency } = wanted;
    const account = { ...added, role, agency, oidcSubject: subject };
    await takeClaims(trx, account.id, { role, agency, subject });
    const by = {
      ...actor,
      visitor: personOf(account),
      subject: `account ${account.id}`,
      after: { role, agency },
    };
    if (!known) await recordEvent(trx, { ...by, action: 'account_opened' });
    else if (known.role !== role || known.agency !== agency) {
      // What was opened with other rights must not go on with them, nor look as if it had these.
      await endSessions(trx, account.id);
      await recordEvent(trx, {
        ...by,
        action: 'account_changed',
        before: { role: known.role, agency: known.agency },
      });
    }
    return account;
  });
}
