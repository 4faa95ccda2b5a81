/** A decision's reasons as a tree of plain sentences; what is not met stands out, because that is what could be changed. */
import type { ExplanationNode } from "@/api/types";
import type { TextKey } from "@/i18n";
import { useLanguage } from "@/i18n";
import { Icon, type IconName } from "@/ui/Icon";

const SIGNS: Record<ExplanationNode["outcome"], { icon: IconName; key: TextKey }> = {
  pass: { icon: "check", key: "why.pass" },
  fail: { icon: "close", key: "why.fail" },
  info: { icon: "info", key: "why.info" },
};

interface Props {
  node: ExplanationNode;
  depth?: number;
  /** How a value is shown; as it came when omitted. */
  show?: (value: string) => string;
}

export function Explanation({ node, depth = 0, show = (value) => value }: Props) {
  const { t, say } = useLanguage();
  const sign = SIGNS[node.outcome] ?? SIGNS.info;
  return (
    <li className={`why-node why-${node.outcome}`}>
      <div className="why-line">
        <span className="why-sign">
          <Icon name={sign.icon} size={13} label={t(sign.key)} />
        </span>
        <span className={depth === 0 ? "why-text why-root" : "why-text"}>{say(node.text)}</span>
        {node.value ? <code className="why-value">{show(node.value)}</code> : null}
      </div>
      {node.children?.length ? (
        <ul className="why-children">
          {node.children.map((child, index) => (
            <Explanation key={index} node={child} depth={depth + 1} show={show} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}
