ALTER TABLE `user`
  ADD COLUMN `isBot` BOOLEAN NOT NULL DEFAULT false,
  ADD INDEX `user_bot` (`isBot`, `usernameKey`);

ALTER TABLE `session`
  ADD COLUMN `tokenHash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD UNIQUE INDEX `session_token_key` (`tokenHash`);

CREATE TABLE `webhook` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `url` VARCHAR(2048) NOT NULL,
    `description` VARCHAR(200) NOT NULL,
    `events` VARCHAR(1000) NOT NULL,
    `sealedSecret` VARCHAR(255) NOT NULL,
    `enabled` BOOLEAN NOT NULL,
    `disabledReason` VARCHAR(200) NULL,
    `failingSince` DATETIME(3) NULL,
    `createdById` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,
    INDEX `webhook_enabled` (`enabled`, `id`),
    PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `webhook_delivery` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `webhookId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `event` VARCHAR(32) NOT NULL,
    `body` TEXT NOT NULL,
    `status` VARCHAR(16) NOT NULL,
    `attempts` INTEGER NOT NULL,
    `tries` INTEGER NOT NULL,
    `nextAt` DATETIME(3) NOT NULL,
    `leasedUntil` DATETIME(3) NULL,
    `leasedBy` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `attemptedAt` DATETIME(3) NULL,
    `statusCode` INTEGER NULL,
    `durationMs` INTEGER NULL,
    `error` VARCHAR(200) NULL,
    `createdAt` DATETIME(3) NOT NULL,
    INDEX `webhook_delivery_next` (`webhookId`, `status`, `nextAt`),
    INDEX `webhook_delivery_webhook` (`webhookId`, `id`),
    PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
