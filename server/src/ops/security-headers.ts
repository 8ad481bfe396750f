import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { AppConfig } from '../config/app-config.js';

/** What a page of ours may use, and no page within it. All else is off. */
const OWN_FEATURES = [
  'autoplay',
  'camera',
  'clipboard-write',
  'display-capture',
  'fullscreen',
  'microphone',
  'picture-in-picture',
  'screen-wake-lock',
  'speaker-selection',
];
const NO_FEATURES = ['browsing-topics', 'geolocation', 'payment', 'usb'];

const PERMISSIONS = [
  ...OWN_FEATURES.map((feature) => `${feature}=(self)`),
  ...NO_FEATURES.map((feature) => `${feature}=()`),
].join(', ');

/**
 * 'self' covers the signaling socket in newer browsers only. Policies know no IPv6 literals (browsers complain and
 * ignore them): there 'self' must do.
 */
const socketOrigins = (origins: readonly string[]): string[] =>
  origins.filter((origin) => !origin.includes('[')).map((origin) => origin.replace(/^http/, 'ws'));

/** Pages load from here, talk to here, and run nothing that did not come as a file of ours. */
export function securityHeaders(config: Pick<AppConfig, 'publicOrigin' | 'allowedOrigins'>): RequestHandler {
  const isHttps = config.publicOrigin.startsWith('https:');
  const secure = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        connectSrc: ["'self'", ...socketOrigins(config.allowedOrigins)],
        fontSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:', 'mediastream:'],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        workerSrc: ["'self'"],
        ...(isHttps ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: isHttps,
    // For browsers that are no more.
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
  });
  return (request, response, next) => {
    response.setHeader('permissions-policy', PERMISSIONS);
    // Whoever knows a link is invited; search engines are not.
    response.setHeader('x-robots-tag', 'noindex');
    secure(request, response, next);
  };
}

/**
 * For what is no page: nothing may be loaded by it or made of it. Few bytes, for a call costs its operator hardly more
 * than its headers.
 */
export const dataHeaders: RequestHandler = (_request, response, next) => {
  response.setHeader('content-security-policy', "default-src 'none';frame-ancestors 'none'");
  response.setHeader('x-content-type-options', 'nosniff');
  next();
};

/** The API's own documentation page sets styles in its text; scripts stay ours. */
export const docsHeaders: RequestHandler = (_request, response, next) => {
  const policy = String(response.getHeader('content-security-policy'));
  response.setHeader(
    'content-security-policy',
    policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
  );
  next();
};
