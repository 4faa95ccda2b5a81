/** A link of the application that looks like a button, and is still a link: middle click and the keyboard work as on any link. */
import { createLink } from "@tanstack/react-router";
import { Button } from "antd";

export const ButtonLink = createLink(Button);
