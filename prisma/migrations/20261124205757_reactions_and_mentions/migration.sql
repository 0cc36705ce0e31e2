ALTER TABLE `message`
    ADD COLUMN `mentionsAll` BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN `forwardedFrom` VARCHAR(1000) NULL;

CREATE TABLE `reaction` (
    `conversationId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `seq` INTEGER NOT NULL,
    `emoji` VARCHAR(64) NOT NULL,
    `userId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    INDEX `reaction_user` (`userId`),
    PRIMARY KEY (`conversationId`, `seq`, `emoji`, `userId`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `reaction_count` (
    `conversationId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `seq` INTEGER NOT NULL,
    `emoji` VARCHAR(64) NOT NULL,
    `total` INTEGER NOT NULL,
    `position` INTEGER NOT NULL,
    PRIMARY KEY (`conversationId`, `seq`, `emoji`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `reaction_untold` (
    `conversationId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `seq` INTEGER NOT NULL,
    PRIMARY KEY (`conversationId`, `seq`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `mention` (
    `userId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `conversationId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `seq` INTEGER NOT NULL,
    INDEX `mention_message` (`conversationId`, `seq`),
    PRIMARY KEY (`userId`, `conversationId`, `seq`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `reaction` ADD CONSTRAINT `reaction_message_fk` FOREIGN KEY (`conversationId`, `seq`) REFERENCES `message` (`conversationId`, `seq`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `reaction` ADD CONSTRAINT `reaction_user_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `reaction_count` ADD CONSTRAINT `reaction_count_message_fk` FOREIGN KEY (`conversationId`, `seq`) REFERENCES `message` (`conversationId`, `seq`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `reaction_untold` ADD CONSTRAINT `reaction_untold_message_fk` FOREIGN KEY (`conversationId`, `seq`) REFERENCES `message` (`conversationId`, `seq`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `mention` ADD CONSTRAINT `mention_user_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `mention` ADD CONSTRAINT `mention_message_fk` FOREIGN KEY (`conversationId`, `seq`) REFERENCES `message` (`conversationId`, `seq`) ON DELETE CASCADE ON UPDATE CASCADE;
