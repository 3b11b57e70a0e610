using System.Globalization;
using Lava.Server.Simulation.Answers;
using Lava.Server.Simulation.Realtime;
using Lava.Server.Simulation.Requests;
using Lava.Server.Simulation.Sending;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.ObjectPool;

namespace Lava.Server.Simulation;

/// <summary>Answers every request of the simulator.</summary>
internal sealed class SimulatorHandler
{
    // Any host that nobody owns: RFC 2606.
    private const string ForeignHost = "http://simulator.invalid";
    private const string Json = "application/json";
    private const string EventStream = "text/event-stream";

    private readonly ObjectPool<SimulatedCall> _calls = ObjectPool.Create<SimulatedCall>();
    private readonly SimulatorStatistics _statistics = new();
    private readonly Action<SimulatedRequest>? _onRequest;
    private readonly Pace _pace;
    private readonly BodySender _bodies;
    private readonly StreamSender _streams;

    public SimulatorHandler(SimulatorOptions options, CancellationToken stopping)
    {
        _onRequest = options.OnRequest;
        _pace = new Pace(options.TimeProvider, stopping);
        _bodies = new BodySender(_pace);
        _streams = new StreamSender(_pace);
    }

    public async Task InvokeAsync(HttpContext context)
    {
        var call = _calls.Get();
        call.Reset();
        try
        {
            if (!await AnswerAsync(context, call) && !_pace.Stopping.IsCancellationRequested)
            {
                _statistics.CountAborted();
            }
        }
        finally
        {
            _calls.Return(call);
        }
    }

    /// <returns>False when the caller went away before the end.</returns>
    private async ValueTask<bool> AnswerAsync(HttpContext context, SimulatedCall call)
    {
        // 1 What is asked for?
        var route = SimulatedRoute.Match(context.Request.Path.Value!);
        _statistics.Count(route.Operation);

        // 2 The whole request, and whoever wants to see it.
        if (!await RequestBody.TryReadAsync(context.Request, call.Body))
        {
            return await RefuseAsync(context, call, route, new Refusal(413, "The request is too large."));
        }

        _onRequest?.Invoke(Copy(context, call.Body.Span));

        // 3 May it have an answer, and which?
        if (route.Operation == Operation.Statistics)
        {
            _statistics.Write(call.Output);
            return await SendJsonAsync(context, call);
        }

        var refusal = CheckTarget(context, route)
            ?? Credentials.Check(route.Provider, context.Request)
            ?? call.Prepare(route, context.Request);
        if (refusal is not null)
        {
            return await RefuseAsync(context, call, route, refusal);
        }

        if (route.Operation == Operation.Realtime && await SimulatedSessions.CheckAsync(context) is { } noSession)
        {
            return await RefuseAsync(context, call, route, noSession);
        }

        SetRequestId(context, call, route.Provider);

        // 4 What comes before an answer.
        if (call.Knobs.Fault == Fault.StallHeaders)
        {
            await _pace.StallAsync(context);
            return false;
        }

        var latencyMs = call.Knobs[Knob.LatencyMs];
        if (latencyMs > 0 && !await _pace.WaitAsync(context, TimeSpan.FromMilliseconds(latencyMs)))
        {
            return false;
        }

        // 5 The answer.
        return await SendAsync(context, call, route);
    }

    private ValueTask<bool> SendAsync(HttpContext context, SimulatedCall call, SimulatedRoute route)
    {
        var status = (int)call.Knobs[Knob.Error];
        if (status > 0)
        {
            SetRetryAfter(context, call, status);
            return RefuseAsync(context, call, route, ErrorWriter.Simulated(status));
        }

        if (call.Knobs.Fault == Fault.Redirect)
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = ForeignHost + context.Request.Path.Value;
            return ValueTask.FromResult(true);
        }

        if (route.Operation == Operation.Realtime)
        {
            return SimulatedSessions.RunAsync(context, call, _pace.Stopping);
        }

        if (IsStream(route.Operation, call, context) && AnswerWriters.WriterOf(route.Operation) is { } writer)
        {
            context.Response.ContentType = call.Answer.EventStream ? EventStream : Json;
            return _streams.SendAsync(context, call, writer);
        }

        if (call.Knobs.Fault == Fault.ErrorEvent)
        {
            ErrorWriter.Write(route.Provider, ErrorWriter.Simulated(500), call.Seed, call.Output);
        }
        else
        {
            AnswerWriters.Write(route.Operation, call.Answer, call.Output);
        }

        return SendJsonAsync(context, call);
    }

    private ValueTask<bool> SendJsonAsync(HttpContext context, SimulatedCall call)
    {
        context.Response.ContentType = Json;
        return _bodies.SendAsync(context, call);
    }

    private ValueTask<bool> RefuseAsync(HttpContext context, SimulatedCall call, SimulatedRoute route, Refusal refusal)
    {
        // Gemini's stream that is not server-sent events is an array, with an error in it too.
        var isArray = route.Operation == Operation.StreamGenerateContent && !AsksForEvents(context);
        context.Response.StatusCode = refusal.Status;
        call.Output.Append(isArray ? "["u8 : default);
        ErrorWriter.Write(route.Provider, refusal, call.Seed, call.Output);
        call.Output.Append(isArray ? "]"u8 : default);
        return SendJsonAsync(context, call);
    }

    private static bool IsStream(Operation operation, SimulatedCall call, HttpContext context)
    {
        if (operation != Operation.StreamGenerateContent)
        {
            return call.Answer.EventStream;
        }

        call.Answer.EventStream = AsksForEvents(context);
        return true;
    }

    private static bool AsksForEvents(HttpContext context) => context.Request.Query["alt"] == "sse";

    private static Refusal? CheckTarget(HttpContext context, SimulatedRoute route)
    {
        var request = context.Request;
        if (route.Operation == Operation.Unknown)
        {
            return new Refusal(404, $"Invalid URL ({request.Method} {request.Path.Value})");
        }

        return request.Method == route.Method
            ? null
            : new Refusal(405, $"{request.Path.Value} takes only {route.Method}.", null, "method_not_supported");
    }

    private static void SetRequestId(HttpContext context, SimulatedCall call, Provider provider)
    {
        if (provider != Provider.Gemini)
        {
            var name = provider == Provider.OpenAi ? "x-request-id" : "request-id";
            context.Response.Headers[name] = string.Create(CultureInfo.InvariantCulture, $"req_{call.Seed:x16}");
        }
    }

    private static void SetRetryAfter(HttpContext context, SimulatedCall call, int status)
    {
        if (status is 429 or 503 or 529)
        {
            context.Response.Headers.RetryAfter = call.Knobs[Knob.RetryAfter].ToString(CultureInfo.InvariantCulture);
        }
    }

    private static SimulatedRequest Copy(HttpContext context, ReadOnlySpan<byte> body)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in context.Request.Headers)
        {
            headers[name] = string.Join(", ", values.ToArray());
        }

        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        return new SimulatedRequest(context.Request.Method, target, context.Request.Protocol, headers, body.ToArray());
    }
}
