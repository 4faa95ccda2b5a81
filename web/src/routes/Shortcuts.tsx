/** What the keyboard can do, opened with "?" or from the person's menu. */
import { Modal } from "antd";
import type { TextKey } from "@/i18n";
import { useLanguage } from "@/i18n";

const KEYS: [string[], TextKey][] = [
  [["Ctrl / ⌘", "K"], "keys.search"],
  [["Ctrl / ⌘", "S"], "keys.save"],
  [["Tab"], "keys.tab"],
  [["↑", "↓"], "keys.rows"],
  [["Enter"], "keys.open"],
  [["Space"], "keys.select"],
  [["Esc"], "keys.close"],
  [["?"], "keys.help"],
];

export default function Shortcuts({ onClose }: { onClose: () => void }) {
  const { t } = useLanguage();
  return (
    <Modal open title={t("shell.keys")} footer={null} onCancel={onClose}>
      <dl className="keys">
        {KEYS.map(([keys, text]) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
