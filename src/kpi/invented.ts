/** The mark of invented figures: sample files carry it, whatever is read from them keeps it, exports repeat it. */
export const INVENTED_MARK = 'INVENTED SAMPLE DATA';
