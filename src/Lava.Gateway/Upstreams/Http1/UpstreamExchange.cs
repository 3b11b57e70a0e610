using System.Runtime.CompilerServices;

namespace Lava.Gateway.Upstreams.Http1;

/// <summary>
/// One request and its answer, pooled with its call: <see cref="Begin"/>, <see cref="UpstreamClient.SendAsync"/>, the head, the body's
/// bytes, <see cref="EndAsync"/>. Nothing in it throws for what a provider sends or for a connection that breaks. One thread of control
/// at a time; the token alone may act beside it, and gives the connection up.
/// </summary>
internal sealed partial class UpstreamExchange
{
    private const int SwitchingProtocols = 101;

    // A read shorter than this is not worth its system call.
    private const int HeadReadBytes = 512;

    private readonly ExchangeBuffer _buffer = new();
    private readonly RequestHeadWriter _writer;
    private CancellationTokenRegistration _registration;
    private ResponseHeadReader _head = new();
    private ReadOnlyMemory<byte> _headers;
    private UpstreamConnection? _connection;
    private Task _sending = Task.CompletedTask;
    private bool _isHeadOnly;
    private bool _isRepeatable;
    private bool _isWhole;
    private bool _asksForUpgrade;
    private volatile bool _isAborted;
    private volatile bool _isSendBroken;

    public UpstreamExchange() => _writer = new RequestHeadWriter(_buffer);

    /// <summary>Where the request goes.</summary>
    public UpstreamOrigin Origin { get; private set; } = null!;

    /// <summary>Has the request been sent to its last byte, so that nobody reads its body any more?</summary>
    public bool IsSent => IsAnswered && _sending.IsCompleted;

    /// <summary>Is the head of an answer there?</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>The answer's status; 0 before it is there.</summary>
    public int StatusCode => IsAnswered ? _head.StatusCode : 0;

    /// <summary>Is it a 2xx?</summary>
    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>What the answer's Content-Length says; null without one, and where the body comes in chunks.</summary>
    public long? ContentLength => _head is { IsChunked: false, ContentLength: >= 0 and var length } ? length : null;

    /// <summary>Does the answer's Connection name headers that end here?</summary>
    public bool NamesHeaders => _head.NamesHeaders;

    /// <summary>The answer's headers; none any more once its body is read.</summary>
    public UpstreamHeaders Headers => new(_headers.Span);

    /// <summary>The Sec-WebSocket-Key of a request for a WebSocket.</summary>
    public string? UpgradeKey { get; set; }

    /// <summary>Starts a request; what is written then goes to the provider.</summary>
    public RequestHeadWriter Begin(UpstreamOrigin origin, string method, bool asksForUpgrade)
    {
        Origin = origin;
        _isHeadOnly = method == "HEAD";
        _isRepeatable = !asksForUpgrade && method is "GET" or "HEAD";
        _asksForUpgrade = asksForUpgrade;
        return _writer;
    }

    /// <summary>From now on until its end the token gives the exchange's connection up.</summary>
    public void Watch(CancellationToken cancellation) =>
        _registration = cancellation.UnsafeRegister(static state => ((UpstreamExchange)state!).Abort(), this);

    /// <summary>May the request go out again, over a new connection?</summary>
    public bool MayRepeat(ExchangeStep step) =>
        !_isAborted && (step == ExchangeStep.NotSent || (step == ExchangeStep.Unanswered && _isRepeatable));

    /// <summary>What this is to the call.</summary>
    public UpstreamOutcome Outcome(ExchangeStep step) =>
        step == ExchangeStep.Answered ? UpstreamOutcome.Ok
        : _isAborted ? UpstreamOutcome.Cancelled
        : UpstreamOutcome.Unreachable;

    /// <summary>
    /// Sends the request over a connection and reads the head of its answer. What the connection does not take of a long body at once is
    /// sent beside the reading: a provider may refuse it before it has all (401, 413).
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ExchangeStep> TalkAsync(UpstreamConnection connection, ReadOnlyMemory<byte> body, int headLimit)
    {
        Use(connection);
        AppendBody(body);
        var isAtOnce = true;
        try
        {
            var sending = connection.Transport.SendAsync(_buffer.Filled);
            isAtOnce = sending.IsCompleted && _buffer.Length <= Http1Limits.FirstSendBytes;
            await sending.ConfigureAwait(false);
        }
        catch (Exception e) when (UpstreamTransport.IsBroken(e))
        {
            return Leave(isAtOnce ? ExchangeStep.NotSent : ExchangeStep.Unanswered);
        }

        _buffer.TurnToAnswer();
        _sending = _isWhole ? Task.CompletedTask : SendBodyAsync(connection.Transport, body);
        return await ReadHeadAsync(connection.Transport, headLimit).ConfigureAwait(false);
    }

    /// <summary>The connection as a stream, after a 101; nothing of it stays here.</summary>
    public Stream Open()
    {
        var stream = new UpgradedStream(_connection!, _buffer.Span.ToArray());
        Unwatch();
        _connection = null;
        ReleaseBuffer();
        return stream;
    }

    /// <summary>
    /// Ends the exchange, whatever it came to: a connection whose answer was not read to its end is closed. On return nobody reads the
    /// request's body any more, and nothing is left of its head.
    /// </summary>
    public async ValueTask EndAsync()
    {
        await _registration.DisposeAsync().ConfigureAwait(false);
        _registration = default;
        if (!_sending.IsCompleted)
        {
            _connection?.Transport.Abort();
            await _sending.ConfigureAwait(false);
        }

        Leave(ExchangeStep.Broken);
        _sending = Task.CompletedTask;
        ReleaseBuffer();
        _head = new ResponseHeadReader();
        ForgetBody();
        Origin = null!;
        UpgradeKey = null;
        IsAnswered = false;
        _isWhole = false;
        _isAborted = false;
        _isSendBroken = false;
    }

    private void Use(UpstreamConnection connection)
    {
        // A full fence: either this sees that the token has fired, or the token's side sees the connection.
        Interlocked.Exchange(ref _connection, connection);
        if (_isAborted)
        {
            connection.Transport.Abort();
        }
    }

    private void Abort()
    {
        _isAborted = true;
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _connection)?.Transport.Abort();
    }

    /// <summary>True where the token has not fired and can't any more.</summary>
    private bool Unwatch() => !_isAborted && (_registration == default || _registration.Unregister());

    // A short body leaves with its head. It is there already where the request goes out again.
    private void AppendBody(ReadOnlyMemory<byte> body)
    {
        _isRepeatable &= body.IsEmpty;
        if (!_isWhole && _buffer.Length + body.Length <= Http1Limits.FirstSendBytes
            && _buffer.TryEnsure(body.Length, Http1Limits.FirstSendBytes))
        {
            body.CopyTo(_buffer.Free);
            _buffer.Advance(body.Length);
            _isWhole = true;
        }

        _isWhole |= body.IsEmpty;
    }

    private async Task SendBodyAsync(UpstreamTransport transport, ReadOnlyMemory<byte> body)
    {
        try
        {
            await transport.SendAsync(body).ConfigureAwait(false);
        }
        catch (Exception e) when (UpstreamTransport.IsBroken(e))
        {
            // Its answer may be there all the same: whoever reads it finds out.
            _isSendBroken = true;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ExchangeStep> ReadHeadAsync(UpstreamTransport transport, int limit)
    {
        var interim = 0;
        while (true)
        {
            var isWhole = _head.Read(_buffer.Span);
            if (isWhole == false || _head.Length > limit || interim > Http1Limits.InterimAnswers)
            {
                return Leave(ExchangeStep.Broken);
            }

            if (isWhole == true)
            {
                if (_head.StatusCode >= 200 || _head.StatusCode == SwitchingProtocols)
                {
                    return TakeHead();
                }

                interim++;
                _buffer.Take(_head.Length);
                _head = new ResponseHeadReader();
                continue;
            }

            if (_buffer.Length > limit || !_buffer.TryEnsure(HeadReadBytes, limit + HeadReadBytes))
            {
                return Leave(ExchangeStep.Broken);
            }

            int read;
            try
            {
                read = await transport.ReceiveAsync(_buffer.Free).ConfigureAwait(false);
            }
            catch (Exception e) when (UpstreamTransport.IsBroken(e))
            {
                read = 0;
            }

            if (read == 0)
            {
                return Leave(_buffer.Length == 0 && interim == 0 ? ExchangeStep.Unanswered : ExchangeStep.Broken);
            }

            _buffer.Advance(read);
        }
    }

    private ExchangeStep TakeHead()
    {
        var isUpgrade = _head.StatusCode == SwitchingProtocols;
        if (isUpgrade && !_asksForUpgrade)
        {
            return Leave(ExchangeStep.Broken);
        }

        IsAnswered = true;
        _headers = _buffer.Filled[_head.Lines];
        _buffer.Take(_head.Length);
        BeginBody(isUpgrade);
        return ExchangeStep.Answered;
    }

    /// <summary>
    /// Nothing more is read from the connection: it is closed. While the body is being sent it is only given up, its end is for
    /// <see cref="EndAsync"/>.
    /// </summary>
    private ExchangeStep Leave(ExchangeStep step)
    {
        if (step == ExchangeStep.Unanswered)
        {
            _buffer.TurnToRequest();
        }

        if (!_sending.IsCompleted)
        {
            _connection?.Transport.Abort();
        }
        else if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            connection.Pool.Close(connection);
        }

        return step;
    }

    private void ReleaseBuffer()
    {
        _headers = default;
        _buffer.Release();
    }
}
