namespace Lava.Server.Hosting;

/// <summary>Tells the log when the flusher's state changes, not what it is each time.</summary>
internal sealed partial class FlusherWatch(ILogger logger)
{
    private bool _away;
    private long _rejected;

    public void Look(Exception? error, long rejected)
    {
        if (error is null == _away)
        {
            _away = !_away;
            if (_away)
            {
                LogAway(logger, error!.Message);
            }
            else
            {
                LogBack(logger);
            }
        }

        if (rejected > _rejected)
        {
            LogRejected(logger, rejected - _rejected, rejected);
            _rejected = rejected;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The journal can't be moved to PostgreSQL: calls go on, it keeps their records until it can ({Reason}).")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The journal is moved to PostgreSQL again.")]
    private static partial void LogBack(ILogger logger);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "PostgreSQL refused {New} records, {Total} since the start: they are in rejected_records, charged but not booked.")]
    private static partial void LogRejected(ILogger logger, long @new, long total);
}
