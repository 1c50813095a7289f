/** Headers that tell browsers what pages of ours may do. */
import type { RequestHandler } from "express";
import helmet from "helmet";

export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // Mantine, CodeMirror and React Flow set styles from script, on elements and in <style>. Without inline
        // scripts and foreign addresses a style can do little harm.
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'", "data:"],
        imgSrc: ["'self'", "data:", "blob:"],
        connectSrc: ["'self'"],
        workerSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Addresses of ours are told to nobody else. Not "no-referrer": with that, browsers send the login form with the
    // Origin "null".
    referrerPolicy: { policy: "same-origin" },
    frameguard: { action: "deny" },
    // Loopback speaks plain HTTP; whoever puts TLS in front sets this there.
    strictTransportSecurity: false,
  });
}
