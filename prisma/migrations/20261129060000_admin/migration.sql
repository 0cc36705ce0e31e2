CREATE TABLE `suspension` (
    `userId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `reason` VARCHAR(500) NOT NULL,
    `until` DATETIME(3) NULL,
    `byId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,
    INDEX `suspension_until` (`until`),
    PRIMARY KEY (`userId`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `audit_entry` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `actorId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `action` VARCHAR(64) NOT NULL,
    `targetType` VARCHAR(32) NOT NULL,
    `targetId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `ip` VARCHAR(45) NULL,
    `before` TEXT NULL,
    `after` TEXT NULL,
    `createdAt` DATETIME(3) NOT NULL,
    INDEX `audit_entry_actor` (`actorId`, `id`),
    INDEX `audit_entry_action` (`action`, `id`),
    INDEX `audit_entry_target` (`targetId`, `id`),
    INDEX `audit_entry_target_type` (`targetType`, `id`),
    PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `user` ADD INDEX `user_role` (`role`, `usernameKey`);
ALTER TABLE `conversation` ADD INDEX `conversation_title` (`titleKey`, `id`);
ALTER TABLE `suspension` ADD CONSTRAINT `suspension_user_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
