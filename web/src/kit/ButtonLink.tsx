/**
 * A link of the application that looks like a button, and is still a link: middle click and the keyboard work as on any link.
 * `look` stands for the button's `type`, a name the router keeps for itself.
 */
import { createLink } from "@tanstack/react-router";
import { Button, type ButtonProps } from "antd";

type Props = Omit<ButtonProps, "type"> & { look?: NonNullable<ButtonProps["type"]> };

const LinkedButton = ({ look = "default", ...rest }: Props) => <Button type={look} {...rest} />;

export const ButtonLink = createLink(LinkedButton);
