-- Every table is utf8mb4_bin: the usual collations take all emoji for equal. Ids, keys and hashes are ascii_bin.

CREATE TABLE `user` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `username` VARCHAR(32) NOT NULL,
    `usernameKey` VARCHAR(32) NOT NULL,
    `email` VARCHAR(254) NOT NULL,
    `emailKey` VARCHAR(254) NOT NULL,
    `passwordHash` CHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `displayName` VARCHAR(64) NOT NULL,
    `displayNameKey` VARCHAR(255) NOT NULL,
    `bio` VARCHAR(500) NOT NULL,
    `role` VARCHAR(16) NOT NULL,
    `userVersion` INTEGER NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,
    `updatedAt` DATETIME(3) NOT NULL,
    UNIQUE INDEX `user_username_key` (`usernameKey`),
    UNIQUE INDEX `user_email_key` (`emailKey`),
    INDEX `user_display_name` (`displayNameKey`),
    PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `pending_sign_up` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `email` VARCHAR(254) NOT NULL,
    `emailKey` VARCHAR(254) NOT NULL,
    `username` VARCHAR(32) NOT NULL,
    `displayName` VARCHAR(64) NOT NULL,
    `passwordHash` CHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `codeHash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `codeAttempts` INTEGER NOT NULL,
    `codeExpiresAt` DATETIME(3) NOT NULL,
    `codeSentAt` DATETIME(3) NOT NULL,
    `expiresAt` DATETIME(3) NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,
    INDEX `pending_sign_up_email` (`emailKey`, `createdAt`),
    INDEX `pending_sign_up_expiry` (`expiresAt`),
    PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `session` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `userId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `generation` INTEGER NOT NULL,
    `refreshHash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `device` VARCHAR(100) NULL,
    `userAgent` VARCHAR(255) NULL,
    `ip` VARCHAR(45) NULL,
    `createdAt` DATETIME(3) NOT NULL,
    `lastUsedAt` DATETIME(3) NOT NULL,
    `expiresAt` DATETIME(3) NOT NULL,
    `revokedAt` DATETIME(3) NULL,
    `revokeReason` VARCHAR(32) NULL,
    INDEX `session_user` (`userId`, `revokedAt`),
    INDEX `session_expiry` (`expiresAt`),
    PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `one_time_code` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `userId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `purpose` VARCHAR(32) NOT NULL,
    `codeHash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `attempts` INTEGER NOT NULL,
    `sentAt` DATETIME(3) NOT NULL,
    `expiresAt` DATETIME(3) NOT NULL,
    `usedAt` DATETIME(3) NULL,
    INDEX `one_time_code_user` (`userId`, `purpose`, `sentAt`),
    INDEX `one_time_code_expiry` (`expiresAt`),
    PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `conversation` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `kind` VARCHAR(16) NOT NULL,
    `pairKey` CHAR(73) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `lastSeq` INTEGER NOT NULL,
    `version` INTEGER NOT NULL,
    `lastActivityAt` DATETIME(3) NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,
    UNIQUE INDEX `conversation_pair_key` (`pairKey`),
    PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `membership` (
    `conversationId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `userId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `role` VARCHAR(16) NOT NULL,
    `version` INTEGER NOT NULL,
    `joinedVersion` INTEGER NOT NULL,
    `myVersion` INTEGER NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,
    `leftAt` DATETIME(3) NULL,
    INDEX `membership_user` (`userId`, `leftAt`, `conversationId`),
    PRIMARY KEY (`conversationId`, `userId`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `message` (
    `conversationId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `seq` INTEGER NOT NULL,
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `version` INTEGER NOT NULL,
    `senderId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `type` VARCHAR(16) NOT NULL,
    `content` MEDIUMTEXT NULL,
    `clientMessageId` VARCHAR(64) NOT NULL,
    `requestHash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,
    `editedAt` DATETIME(3) NULL,
    `deletedAt` DATETIME(3) NULL,
    UNIQUE INDEX `message_id_key` (`id`),
    UNIQUE INDEX `message_client_key` (`senderId`, `conversationId`, `clientMessageId`),
    INDEX `message_version` (`conversationId`, `version`),
    PRIMARY KEY (`conversationId`, `seq`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `outbox_job` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `kind` VARCHAR(32) NOT NULL,
    `payload` MEDIUMTEXT NOT NULL,
    `attempts` INTEGER NOT NULL,
    `nextAt` DATETIME(3) NOT NULL,
    `leasedUntil` DATETIME(3) NULL,
    `leasedBy` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `deadAt` DATETIME(3) NULL,
    `lastError` VARCHAR(500) NULL,
    `createdAt` DATETIME(3) NOT NULL,
    INDEX `outbox_job_next` (`deadAt`, `nextAt`),
    INDEX `outbox_job_lease` (`leasedBy`),
    PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `session` ADD CONSTRAINT `session_user_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `one_time_code` ADD CONSTRAINT `one_time_code_user_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `membership` ADD CONSTRAINT `membership_conversation_fk` FOREIGN KEY (`conversationId`) REFERENCES `conversation` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `membership` ADD CONSTRAINT `membership_user_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `message` ADD CONSTRAINT `message_conversation_fk` FOREIGN KEY (`conversationId`) REFERENCES `conversation` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `message` ADD CONSTRAINT `message_sender_fk` FOREIGN KEY (`senderId`) REFERENCES `user` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
