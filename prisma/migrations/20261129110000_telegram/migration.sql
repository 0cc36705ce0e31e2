ALTER TABLE `outbox_job`
  ADD COLUMN `lane` VARCHAR(16) NOT NULL DEFAULT 'mail',
  ADD INDEX `outbox_job_lane` (`lane`, `deadAt`, `nextAt`);

ALTER TABLE `announcement`
  ADD COLUMN `byTelegram` BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN `telegramAfter` VARCHAR(36) NOT NULL DEFAULT '',
  ADD COLUMN `telegrams` INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN `telegramsAt` DATETIME(3) NULL;

CREATE TABLE `telegram_link` (
    `userId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `chatId` VARCHAR(20) NOT NULL,
    `mutedUntil` DATETIME(3) NULL,
    `linkedAt` DATETIME(3) NOT NULL,
    UNIQUE INDEX `telegram_link_chat_key` (`chatId`),
    PRIMARY KEY (`userId`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `telegram_link_code` (
    `userId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `codeHash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `expiresAt` DATETIME(3) NOT NULL,
    UNIQUE INDEX `telegram_link_code_key` (`codeHash`),
    INDEX `telegram_link_code_expiry` (`expiresAt`),
    PRIMARY KEY (`userId`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `telegram_bot` (
    `id` VARCHAR(20) NOT NULL,
    `leasedBy` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `leasedUntil` DATETIME(3) NULL,
    `nextUpdate` BIGINT NULL,
    `nextUpdateAt` DATETIME(3) NULL,
    `errorsToldAt` DATETIME(3) NULL,
    PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `telegram_link` ADD CONSTRAINT `telegram_link_user_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `telegram_link_code` ADD CONSTRAINT `telegram_link_code_user_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
